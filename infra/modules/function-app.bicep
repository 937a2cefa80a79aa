metadata description = 'The app: a Flex Consumption plan of its own, its settings, and who may reach it.'

import { names, nodeSettingMap, runtime, scale, tagMap } from '../types.bicep'

@description('The name of the app.')
param name string

@description('The name of its plan.')
param planName string

@description('The region.')
param location string

@description('Tags of the plan, and of the app.')
param tags tagMap

@description('The identity of the app.')
param identityName string

@description('The account of the Functions host.')
param hostAccountName string

@description('The Application Insights resource.')
param insightsName string

@description('The workspace that gets the logs of the Functions host.')
param workspaceName string

@description('Which program runs.')
param program runtime

@description('How many instances there may be, and how large each is.')
param size scale

@description('The network that the app reaches out to and is reached from; null for its public endpoint.')
param networkName string?

@description('Addresses (CIDR) from which the app may be called over its public endpoint. Without any, nobody may.')
param allowedAddresses string[]

@description('Settings of the node, by the names that functions/Host knows.')
param nodeSettings nodeSettingMap

var blobEndpoint = 'https://${hostAccountName}.blob.${environment().suffixes.storage}/'
var alwaysReady = size.zoneRedundant ? max(2, size.alwaysReadyHttp) : size.alwaysReadyHttp

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: size.zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd finds the app of a service by this tag.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: networkName == null ? 'Enabled' : 'Disabled'
    virtualNetworkSubnetId: networkName == null
      ? null
      : resourceId('Microsoft.Network/virtualNetworks/subnets', networkName!, 'app')
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${names.packages}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: program == 'custom-handler'
        ? {
            name: 'custom'
            version: '1.0'
          }
        : {
            name: 'dotnet-isolated'
            version: '10.0'
          }
      scaleAndConcurrency: {
        instanceMemoryMB: size.instanceMemoryMB
        maximumInstanceCount: size.maximumInstanceCount
        alwaysReady: alwaysReady == 0
          ? []
          : [
              {
                name: 'http'
                instanceCount: alwaysReady
              }
            ]
        triggers: {
          http: {
            perInstanceConcurrency: size.httpPerInstanceConcurrency
          }
        }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: 'Deny'
      ipSecurityRestrictions: [
        for (range, i) in allowedAddresses: {
          name: 'allowed-${i}'
          action: 'Allow'
          ipAddress: range
          priority: 100 + i
        }
      ]
      // Publishing takes an identity with rights on the app, see the policies below; its address may be anywhere.
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }
  }
}

// One resource for all settings: what is not written here is not set.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    AZURE_CLIENT_ID: identity.properties.clientId
    AzureWebJobsDisableHomepage: 'true'
    AzureWebJobsStorage__blobServiceUri: blobEndpoint
    AzureWebJobsStorage__clientId: identity.properties.clientId
    AzureWebJobsStorage__credential: 'managedidentity'
    ...nodeSettings
  }
}

resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

// The version that all use: the newest stable one is of 2016.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'workspace'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
  }
}
