using 'main.bicep'

// For trying it out: one zone, nothing always on, a public endpoint for the addresses that are named here.
param environmentName = 'serverless-dev'
param location = 'westeurope'
param data = {
  redundancy: 'Standard_LRS'
  logAccountCount: 1
  retentionDays: 7
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
  allowedAddresses: []
}
param watch = {
  alertEmails: []
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
