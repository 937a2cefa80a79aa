using '../../../infra/main.bicep'

// What the sets of infra/ leave out: the other program, several accounts of segments, records kept for 100 days.
param environmentName = 'wide'
param location = 'westeurope'
param program = 'isolated-worker'
param tags = {
  team: 'logs'
}
param superUsers = ['User:admin', 'User:ops']
param issuer = {
  audiences: ['api://log', 'api://log-too']
  scopes: ['Log.Access']
  roles: ['Log.User']
  superRoles: ['Log.Admin']
}
param data = {
  redundancy: 'Standard_ZRS'
  logAccountCount: 3
  retentionDays: 100
  coolAfterDays: 30
  coldAfterDays: 90
  softDeleteDays: 3
  lock: false
}
param size = {
  instanceMemoryMB: 4096
  maximumInstanceCount: 1000
  alwaysReadyHttp: 1
  httpPerInstanceConcurrency: 1000
  zoneRedundant: true
}
param reach = {
  mode: 'public'
  allowedAddresses: [
    '203.0.113.0/24'
    '198.51.100.7/32'
  ]
}
param watch = {
  alertEmails: [
    'a@example.com'
    'b@example.com'
  ]
  thresholds: {
    serverErrors: 1
    throttledTransactions: 1
    failedAppends: 1
    lostAppends: 1
    consumerLag: 1
    storageLatencyMs: 100
  }
  logRetentionDays: 365
}
