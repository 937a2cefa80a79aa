using '../../../infra/main.bicep'

// Each value is one that the types must refuse.
param environmentName = ''
param location = 'westeurope'
param program = 'native'
param data = {
  redundancy: 'Premium_LRS'
  logAccountCount: 17
  retentionDays: -1
  coolAfterDays: 0
  coldAfterDays: 1
  softDeleteDays: 0
  lock: false
}
param size = {
  instanceMemoryMB: 512
  maximumInstanceCount: 10
  alwaysReadyHttp: -1
  httpPerInstanceConcurrency: 0
  zoneRedundant: false
}
param reach = {
  mode: 'serviceEndpoints'
}
param watch = {
  alertEmails: []
  thresholds: {
    serverErrors: -1
    throttledTransactions: -1
    failedAppends: -1
    lostAppends: -1
    consumerLag: 0
    storageLatencyMs: 0
  }
  logRetentionDays: 29
}
