metadata description = 'What the app may do, each at the narrowest place that the service allows.'

import { names, roles } from '../types.bicep'

@description('The identity of the app.')
param identityName string

@description('The account of the Functions host: the package of the program, and the host\'s own leases.')
param hostAccountName string

@description('The account of the rows.')
param stateAccountName string

@description('The accounts of the segments.')
param logAccountNames string[]

@description('The Application Insights resource.')
param insightsName string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2026-09-01' existing = {
  name: hostAccountName
}

// The account holds nothing but this one table, and a transaction of the table service is no request to a table.
resource stateAccount 'Microsoft.Storage/storageAccounts@2026-09-01' existing = {
  name: stateAccountName
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-09-01' existing = [
  for account in logAccountNames: {
    name: '${account}/default/${names.container}'
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource hostRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, identityName, roles.blobDataOwner)
  properties: {
    description: 'The Functions host keeps its package, keys and leases here.'
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataOwner)
  }
}

resource tableRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: stateAccount
  name: guid(stateAccount.id, identityName, roles.tableDataContributor)
  properties: {
    description: 'Topics, leases, groups and offsets.'
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableDataContributor)
  }
}

resource segmentRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (account, i) in logAccountNames: {
    scope: containers[i]
    name: guid(containers[i].id, identityName, roles.blobDataContributor)
    properties: {
      description: 'Segments of the logs.'
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataContributor)
    }
  }
]

resource telemetryRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, identityName, roles.metricsPublisher)
  properties: {
    description: 'Telemetry without a key.'
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
  }
}
