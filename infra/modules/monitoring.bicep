metadata description = 'Where logs and telemetry go: a workspace with Application Insights. Nobody writes with a key.'

import { tagMap } from '../types.bicep'

@description('The name of the workspace.')
param workspaceName string

@description('The name of the Application Insights resource.')
param insightsName string

@description('The region.')
param location string

@description('Tags of the resources.')
param tags tagMap

@description('How long logs are kept.')
@minValue(30)
@maxValue(730)
param retentionInDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionInDays
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}
