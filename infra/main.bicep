metadata description = 'A resource group with the whole service in it; what azd deploys.'

targetScope = 'subscription'

import { monitoring, network, runtime, scale, storage, tagMap, tokens } from 'types.bicep'

@description('The name of the environment; part of the names of all resources.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region.')
param location string

@description('The name of the resource group.')
@maxLength(90)
param resourceGroupName string = 'rg-${environmentName}'

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

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: union(tags, { 'azd-env-name': environmentName })
}

module service 'service.bicep' = {
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    program: program
    superUsers: superUsers
    issuer: issuer
    data: data
    size: size
    reach: reach
    watch: watch
  }
}

@description('The region; azd keeps it in its environment.')
output AZURE_LOCATION string = location

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = resourceGroupName

@description('The name of the app.')
output SERVICE_API_NAME string = service.outputs.appName

@description('The address of the app.')
output SERVICE_API_URI string = service.outputs.appUri

@description('The blob endpoints of the segments, separated by semicolons.')
output SERVERLESS_BLOB_SERVICE_URI string = service.outputs.blobServiceUri

@description('The table endpoint of the rows.')
output SERVERLESS_TABLE_SERVICE_URI string = service.outputs.tableServiceUri
