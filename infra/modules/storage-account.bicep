metadata description = 'A storage account that takes no keys, with its containers, tables, tiers and diagnostics.'

import { redundancy, tagMap, tierRule } from '../types.bicep'

@description('The name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('The region.')
param location string

@description('Tags of the account.')
param tags tagMap

@description('How many copies the service keeps.')
param sku redundancy

@description('Blob containers to make.')
param containers string[]

@description('Tables to make.')
param tables string[]

@description('Moves of block blobs to colder tiers.')
param tiers tierRule[]

@description('How long deleted blobs and containers can be brought back; they are billed that long.')
@minValue(1)
@maxValue(365)
param softDeleteDays int

@description('Whether only private endpoints lead to the account.')
param isPrivate bool

@description('The workspace that gets metrics and the log of deletions.')
param workspaceName string

@description('Whether a lock keeps the account from being deleted.')
param lock bool

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource account 'Microsoft.Storage/storageAccounts@2026-09-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isHnsEnabled: false
    isLocalUserEnabled: false
    isSftpEnabled: false
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

// No versions: they would keep the bytes of every segment that retention deletes.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-09-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: false
    changeFeed: {
      enabled: false
    }
    deleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
  }
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-09-01' = [
  for container in containers: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2026-09-01' = {
  parent: account
  name: 'default'
}

resource accountTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2026-09-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2026-09-01' = if (!empty(tiers)) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        for tier in tiers: {
          name: tier.name
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: [
                'blockBlob'
              ]
              prefixMatch: [
                tier.prefix
              ]
            }
            actions: {
              baseBlob: {
                tierToCool: {
                  daysAfterModificationGreaterThan: tier.coolAfterDays
                }
                ...(tier.?coldAfterDays == null
                  ? {}
                  : {
                      tierToCold: {
                        daysAfterModificationGreaterThan: tier.?coldAfterDays
                      }
                    })
              }
            }
          }
        }
      ]
    }
  }
  dependsOn: [
    blobs
  ]
}

// The version that all use: the newest stable one is of 2016 and knows no categories of metrics.
#disable-next-line use-recent-api-versions
resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'workspace'
  properties: {
    workspaceId: workspace.id
    // Reads and writes are left out: that would log every fetch and every append, at more than their own price.
    logs: [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

#disable-next-line use-recent-api-versions
resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: tableService
  name: 'workspace'
  properties: {
    workspaceId: workspace.id
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

resource deleteLock 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  scope: account
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the event log. Remove this lock to delete the account with all its records.'
  }
}
