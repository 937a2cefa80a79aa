metadata description = 'The address of a resource inside the network, under the resource\'s usual name.'

import { tagMap } from '../types.bicep'

@description('The name of the endpoint.')
param name string

@description('The region.')
param location string

@description('Tags of the endpoint.')
param tags tagMap

@description('The network that gets the address.')
param networkName string

@description('The resource.')
param targetId string

@description('Which of its services: blob, table or sites.')
param service 'blob' | 'table' | 'sites'

@description('The private DNS zone of that service.')
param zoneName string

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' existing = {
  name: networkName

  resource subnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: zoneName
}

resource endpoint 'Microsoft.Network/privateEndpoints@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: network::subnet.id
    }
    privateLinkServiceConnections: [
      {
        name: service
        properties: {
          privateLinkServiceId: targetId
          groupIds: [
            service
          ]
        }
      }
    ]
  }
}

resource record 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2026-03-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: service
        properties: {
          privateDnsZoneId: zone.id
        }
      }
    ]
  }
}
