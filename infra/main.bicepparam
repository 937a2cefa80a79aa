using 'main.bicep'

// What `azd up` takes: the values of its environment (azd env set NAME VALUE), otherwise those of dev.bicepparam.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'serverless')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param program = readEnvironmentVariable('SERVERLESS_PROGRAM', 'custom-handler') == 'isolated-worker'
  ? 'isolated-worker'
  : 'custom-handler'
param superUsers = filter(
  split(readEnvironmentVariable('SERVERLESS_SUPER_USERS', 'User:admin'), ','),
  principal => !empty(principal)
)
param issuer = empty(readEnvironmentVariable('SERVERLESS_JWT_AUDIENCES', ''))
  ? null
  : {
      audiences: split(readEnvironmentVariable('SERVERLESS_JWT_AUDIENCES', ''), ',')
      superRoles: filter(split(readEnvironmentVariable('SERVERLESS_JWT_SUPER_ROLES', ''), ','), role => !empty(role))
    }
param data = {
  redundancy: 'Standard_LRS'
  logAccountCount: 1
  retentionDays: int(readEnvironmentVariable('SERVERLESS_RETENTION_DAYS', '7'))
  coolAfterDays: 30
  coldAfterDays: 90
  softDeleteDays: 1
  lock: false
}
param size = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
  alwaysReadyHttp: 0
  httpPerInstanceConcurrency: 200
  zoneRedundant: false
}
param reach = {
  mode: 'public'
  allowedAddresses: filter(
    split(readEnvironmentVariable('SERVERLESS_ALLOWED_ADDRESSES', ''), ','),
    address => !empty(address)
  )
}
param watch = {
  alertEmails: filter(split(readEnvironmentVariable('SERVERLESS_ALERT_EMAILS', ''), ','), email => !empty(email))
  thresholds: {
    serverErrors: 10
    throttledTransactions: 100
    failedAppends: 100
    lostAppends: 1000
    consumerLag: 100000
    storageLatencyMs: 500
  }
  logRetentionDays: 30
}
