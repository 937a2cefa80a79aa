metadata description = 'What the templates share: types of parameters, names that the engine relies on, and roles.'

// Replication to another region is left out on purpose: it is asynchronous and each account has its own, so after a
// failover acknowledged records would be missing, and rows and segments would come from different moments.
@export()
@description('How many copies the storage service keeps: in one building, or spread over three zones.')
type redundancy = 'Standard_LRS' | 'Standard_ZRS'

@export()
@description('Which program runs: functions/Host as a custom handler, or functions/Worker as an isolated worker.')
type runtime = 'custom-handler' | 'isolated-worker'

@export()
@description('Accounts and app are reached over their public endpoints; the accounts let in nobody without a right.')
type publicNetwork = {
  @description('Marks this kind.')
  mode: 'public'

  @description('Addresses (CIDR) from which the app may be called. Without any nobody may.')
  allowedAddresses: string[]
}

@export()
@description('Accounts and app are reached only from a virtual network that is made for them; publishing too.')
type privateNetwork = {
  @description('Marks this kind.')
  mode: 'privateEndpoints'

  @description('The addresses of that network, at least a /24.')
  addressPrefix: string
}

@export()
@description('How accounts and app are reached.')
@discriminator('mode')
type network = publicNetwork | privateNetwork

@export()
@description('Where the data lies and for how long.')
type storage = {
  @description('How many copies the service keeps of it.')
  redundancy: redundancy

  @description('How many accounts new segments are spread over. It may be raised at any time, and never lowered.')
  @minValue(1)
  @maxValue(16)
  logAccountCount: int

  @description('How long topics that do not say otherwise keep records, in days; 0 for ever. Decides which tiers pay.')
  @minValue(0)
  @maxValue(36500)
  retentionDays: int

  @description('When copies move to the cool tier, in days since they were written.')
  @minValue(1)
  @maxValue(3650)
  coolAfterDays: int

  @description('When copies move to the cold tier; later than to the cool one.')
  @minValue(2)
  @maxValue(3650)
  coldAfterDays: int

  @description('How long deleted blobs can be brought back, in days. All that retention deletes is billed that long.')
  @minValue(1)
  @maxValue(365)
  softDeleteDays: int

  @description('Whether a lock keeps the accounts of rows and segments from being deleted; azd down then stops at it.')
  lock: bool
}

@export()
@description('Whose tokens (JWT) are taken beside API keys: those of Entra ID, or of another issuer with OpenID metadata.')
type tokens = {
  @description('For whom tokens must be issued, such as api://APP-ID: one of these.')
  @minLength(1)
  audiences: string[]

  @description('Where the OpenID metadata of the issuer are. Absent, those of the tenant that is deployed to.')
  metadataAddress: string?

  @description('A token must have one of these scopes, or one of the roles. Without both any token of the audience is taken.')
  scopes: string[]?

  @description('A token must have one of these app roles, or one of the scopes.')
  roles: string[]?

  @description('Whose token has one of these app roles may do everything.')
  superRoles: string[]?
}

@export()
@description('How many instances there may be, and how large each is.')
type scale = {
  @description('Memory of an instance in MB. The default limits of a node need more than 512.')
  instanceMemoryMB: 2048 | 4096

  @description('How many instances there are at most.')
  @minValue(40)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('How many instances run without traffic. They are billed all the time; 0 scales to zero.')
  @minValue(0)
  @maxValue(100)
  alwaysReadyHttp: int

  @description('How many requests an instance gets at once before another one starts. Long polls and live tails count.')
  @minValue(1)
  @maxValue(1000)
  httpPerInstanceConcurrency: int

  @description('Whether instances are spread over zones. Then at least two are always ready.')
  zoneRedundant: bool
}

@export()
@description('From where on an alert is raised.')
type thresholds = {
  @description('Answers with a 5xx status in 15 minutes.')
  @minValue(0)
  serverErrors: int

  @description('Requests that a storage account refused or delayed for its load, in 5 minutes.')
  @minValue(0)
  throttledTransactions: int

  @description('Appends in 15 minutes whose outcome is not known, or that storage did not take.')
  @minValue(0)
  failedAppends: int

  @description('Appends in 15 minutes that lost their place to another node, and were built again.')
  @minValue(0)
  lostAppends: int

  @description('Records that a group has left to read in a topic, three times in a row.')
  @minValue(1)
  consumerLag: int

  @description('Average time of a storage account to a complete answer over 15 minutes, in ms.')
  @minValue(1)
  storageLatencyMs: int
}

@export()
@description('What is watched, and who is told.')
type monitoring = {
  @description('Who gets a message. Without any address alerts still show in the portal.')
  alertEmails: string[]

  @description('From where on an alert is raised.')
  thresholds: thresholds

  @description('How long logs are kept, in days.')
  @minValue(30)
  @maxValue(730)
  logRetentionDays: int
}

@export()
@description('Tags: their names and values.')
type tagMap = {
  @description('The value of a tag.')
  *: string
}

@export()
@description('Settings of a node: the environment variables that functions/Host reads, and their values.')
type nodeSettingMap = {
  @description('The value of a setting.')
  *: string
}

@export()
@description('A group of block blobs with the tiers that it moves to. It deletes nothing: retention is the engine\'s.')
type tierRule = {
  @description('The name of the rule.')
  name: string

  @description('Container and beginning of the blob names.')
  prefix: string

  @description('Days since the last change until the cool tier.')
  coolAfterDays: int

  @description('Days since the last change until the cold tier; absent for never.')
  coldAfterDays: int?
}

@export()
@description('The blob container of the segments, and the table of the rows; the host\'s settings Container and Table.')
var names = {
  container: 'serverless'
  table: 'serverless'
  packages: 'packages'
  copies: 'copies/'
}

@export()
@description('Days that the colder tiers bill at least, whatever is deleted earlier.')
var billedDays = {
  cool: 30
  cold: 90
}

@export()
@description('Built-in roles; their ids are the same in every tenant.')
var roles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}
