metadata description = 'The whole service in one resource group: accounts, rights, app, monitoring, perhaps a network.'

import { billedDays, monitoring, names, network, runtime, scale, storage, tagMap, tokens } from 'types.bicep'

@description('The name of the environment; part of the resources\' names and the azd-env-name tag.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region.')
param location string = resourceGroup().location

@description('More tags for all resources.')
param tags tagMap = {}

@description('Which program runs.')
param program runtime = 'custom-handler'

@description('Who may do everything, keys and rights of others included: principals such as User:admin.')
param superUsers string[] = ['User:admin']

@description('Whose tokens are taken. Absent, only API keys are.')
param issuer tokens?

@description('Where the data lies and for how long.')
param data storage

@description('How many instances there may be, and how large each is.')
param size scale

@description('How accounts and app are reached.')
param reach network

@description('What is watched, and who is told.')
param watch monitoring

var suffix = uniqueString(resourceGroup().id, environmentName)
var allTags = union(tags, { 'azd-env-name': environmentName })
var isPrivate = reach.mode == 'privateEndpoints'

var identityName = 'id-${suffix}'
var workspaceName = 'log-${suffix}'
var insightsName = 'appi-${suffix}'
var appName = 'func-${suffix}'
var networkName = 'vnet-${suffix}'
var hostAccountName = 'sthost${suffix}'
var stateAccountName = 'ststate${suffix}'
var logAccountNames = map(range(0, data.logAccountCount), i => 'stlog${padLeft(string(i), 2, '0')}${suffix}')
// The first one stays the first: it has what was stored while it was the only one.
var blobServiceUris = join(map(logAccountNames, account => 'https://${account}.blob.${storageSuffix}'), ';')

var storageSuffix = environment().suffixes.storage
var blobZone = 'privatelink.blob.${storageSuffix}'
var tableZone = 'privatelink.table.${storageSuffix}'
// Web apps have this zone in the public cloud only; environment() does not know it.
var sitesZone = 'privatelink.azurewebsites.net'

// Retention deletes a copy at this age at the latest, and a tier bills its least time even so.
var keptDays = data.retentionDays == 0 ? 36500 : data.retentionDays
var coolPays = keptDays >= data.coolAfterDays + billedDays.cool
var coldPays = data.coldAfterDays > data.coolAfterDays && keptDays >= data.coldAfterDays + billedDays.cold
var tiers = coolPays
  ? [
      {
        name: 'copies'
        prefix: '${names.container}/${names.copies}'
        coolAfterDays: data.coolAfterDays
        ...(coldPays ? { coldAfterDays: data.coldAfterDays } : {})
      }
    ]
  : []

var entraMetadata = '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0/.well-known/openid-configuration'
// Only what is said: the node tells an empty setting from one that is left out.
var tokenSettings = issuer == null
  ? {}
  : {
      Serverless__JwtMetadata: issuer.?metadataAddress ?? entraMetadata
      Serverless__JwtAudiences: join(issuer!.audiences, ';')
      ...(empty(issuer.?scopes) ? {} : { Serverless__JwtScopes: join(issuer.?scopes ?? [], ';') })
      ...(empty(issuer.?roles) ? {} : { Serverless__JwtRoles: join(issuer.?roles ?? [], ';') })
      ...(empty(issuer.?superRoles) ? {} : { Serverless__JwtSuperRoles: join(issuer.?superRoles ?? [], ';') })
    }

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: allTags
  }
}

module observation 'modules/monitoring.bicep' = {
  params: {
    workspaceName: workspaceName
    insightsName: insightsName
    location: location
    tags: allTags
    retentionInDays: watch.logRetentionDays
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: allTags
    title: 'Serverless ${environmentName}'
    insightsName: insightsName
  }
  dependsOn: [observation]
}

module hostAccount 'modules/storage-account.bicep' = {
  params: {
    name: hostAccountName
    location: location
    tags: allTags
    sku: data.redundancy
    containers: [names.packages]
    tables: []
    tiers: []
    softDeleteDays: data.softDeleteDays
    isPrivate: isPrivate
    workspaceName: workspaceName
    lock: false
  }
  dependsOn: [observation]
}

module stateAccount 'modules/storage-account.bicep' = {
  params: {
    name: stateAccountName
    location: location
    tags: allTags
    sku: data.redundancy
    containers: []
    tables: [names.table]
    tiers: []
    softDeleteDays: data.softDeleteDays
    isPrivate: isPrivate
    workspaceName: workspaceName
    lock: data.lock
  }
  dependsOn: [observation]
}

module logAccounts 'modules/storage-account.bicep' = [
  for account in logAccountNames: {
    params: {
      name: account
      location: location
      tags: allTags
      sku: data.redundancy
      containers: [names.container]
      tables: []
      tiers: tiers
      softDeleteDays: data.softDeleteDays
      isPrivate: isPrivate
      workspaceName: workspaceName
      lock: data.lock
    }
    dependsOn: [observation]
  }
]

module roleAssignments 'modules/role-assignments.bicep' = {
  params: {
    identityName: identityName
    hostAccountName: hostAccountName
    stateAccountName: stateAccountName
    logAccountNames: logAccountNames
    insightsName: insightsName
  }
  dependsOn: [identity, observation, hostAccount, stateAccount, logAccounts]
}

module virtualNetwork 'modules/network.bicep' = if (isPrivate) {
  params: {
    name: networkName
    location: location
    tags: allTags
    addressPrefix: reach.?addressPrefix ?? ''
    zoneNames: [blobZone, tableZone, sitesZone]
  }
}

module hostEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) {
  params: {
    name: 'pep-${hostAccountName}'
    location: location
    tags: allTags
    networkName: networkName
    targetId: resourceId('Microsoft.Storage/storageAccounts', hostAccountName)
    service: 'blob'
    zoneName: blobZone
  }
  dependsOn: [virtualNetwork, hostAccount]
}

module stateEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) {
  params: {
    name: 'pep-${stateAccountName}'
    location: location
    tags: allTags
    networkName: networkName
    targetId: resourceId('Microsoft.Storage/storageAccounts', stateAccountName)
    service: 'table'
    zoneName: tableZone
  }
  dependsOn: [virtualNetwork, stateAccount]
}

module logEndpoints 'modules/private-endpoint.bicep' = [
  for account in logAccountNames: if (isPrivate) {
    params: {
      name: 'pep-${account}'
      location: location
      tags: allTags
      networkName: networkName
      targetId: resourceId('Microsoft.Storage/storageAccounts', account)
      service: 'blob'
      zoneName: blobZone
    }
    dependsOn: [virtualNetwork, logAccounts]
  }
]

module app 'modules/function-app.bicep' = {
  params: {
    name: appName
    planName: 'plan-${suffix}'
    location: location
    tags: allTags
    identityName: identityName
    hostAccountName: hostAccountName
    insightsName: insightsName
    workspaceName: workspaceName
    program: program
    size: size
    networkName: isPrivate ? networkName : null
    allowedAddresses: reach.?allowedAddresses ?? []
    nodeSettings: {
      Serverless__Storage: 'azure'
      Serverless__BlobServiceUri: blobServiceUris
      Serverless__TableServiceUri: 'https://${stateAccountName}.table.${storageSuffix}'
      Serverless__Container: names.container
      Serverless__Table: names.table
      // The alert on lag lives of it.
      Serverless__LagIntervalMs: '300000'
      // A trace of each request would be dearer than the requests.
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio'
      OTEL_TRACES_SAMPLER_ARG: '0.05'
      Serverless__RetentionMs: data.retentionDays == 0 ? '-1' : string(data.retentionDays * 86400000)
      ...(empty(superUsers) ? {} : { Serverless__SuperUsers: join(superUsers, ';') })
      ...tokenSettings
    }
  }
  // The app starts as soon as it is there, and needs its rights and its way to the accounts then.
  dependsOn: [roleAssignments, hostEndpoint, stateEndpoint, logEndpoints]
}

module appEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) {
  params: {
    name: 'pep-${appName}'
    location: location
    tags: allTags
    networkName: networkName
    targetId: resourceId('Microsoft.Web/sites', appName)
    service: 'sites'
    zoneName: sitesZone
  }
  dependsOn: [app]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    prefix: 'alert-${suffix}'
    location: location
    tags: allTags
    emails: watch.alertEmails
    limits: watch.thresholds
    accountNames: concat([hostAccountName, stateAccountName], logAccountNames)
    insightsName: insightsName
  }
  dependsOn: [observation, hostAccount, stateAccount, logAccounts]
}

@description('The name of the app.')
output appName string = appName

@description('The address of the app.')
output appUri string = 'https://${appName}.azurewebsites.net'

@description('The blob endpoints of the log accounts, separated by semicolons.')
output blobServiceUri string = blobServiceUris

@description('The table endpoint of the state account.')
output tableServiceUri string = 'https://${stateAccountName}.table.${storageSuffix}'
