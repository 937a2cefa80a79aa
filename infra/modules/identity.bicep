metadata description = 'The identity of the app: everything that it may do hangs on it, and it has no secret.'

import { tagMap } from '../types.bicep'

@description('The name of the identity.')
param name string

@description('The region.')
param location string

@description('Tags of the resource.')
param tags tagMap

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}
