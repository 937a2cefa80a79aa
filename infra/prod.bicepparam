using 'main.bicep'

// An example for production: three zones, reachable only from its network, data locked against deletion.
param environmentName = 'serverless-prod'
param location = 'westeurope'
param issuer = {
  audiences: ['api://serverless-prod']
  superRoles: ['Log.Admin']
}
param data = {
  redundancy: 'Standard_ZRS'
  logAccountCount: 1
  retentionDays: 0
  coolAfterDays: 30
  coldAfterDays: 90
  softDeleteDays: 7
  lock: true
}
param size = {
  instanceMemoryMB: 4096
  maximumInstanceCount: 100
  alwaysReadyHttp: 2
  httpPerInstanceConcurrency: 200
  zoneRedundant: true
}
param reach = {
  mode: 'privateEndpoints'
  addressPrefix: '10.20.0.0/24'
}
param watch = {
  alertEmails: [
    'operators@example.com'
  ]
  thresholds: {
    serverErrors: 5
    throttledTransactions: 20
    failedAppends: 20
    lostAppends: 1000
    consumerLag: 100000
    storageLatencyMs: 250
  }
  logRetentionDays: 90
}
