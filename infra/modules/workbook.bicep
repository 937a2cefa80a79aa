metadata description = 'What the nodes tell of themselves, on one page: a workbook over Application Insights.'

import { tagMap } from '../types.bicep'

@description('The region.')
param location string

@description('Tags of the workbook.')
param tags tagMap

@description('The name that the portal shows.')
param title string

@description('The Application Insights resource that gets the metrics.')
param insightsName string

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insights.id, 'serverless')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: title
    category: 'workbook'
    sourceId: insights.id
    serializedData: string(loadJsonContent('../dashboards/workbook.json'))
  }
}
