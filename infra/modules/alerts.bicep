metadata description = 'Who is told when: from metrics that the platform has without our doing, and from those of the nodes.'

import { tagMap, thresholds } from '../types.bicep'

@description('Beginning of the alerts\' names.')
param prefix string

@description('The region of the log alert; the others have none.')
param location string

@description('Tags of the resources.')
param tags tagMap

@description('Who gets a message. Without any address alerts still show in the portal.')
param emails string[]

@description('From where on somebody is told.')
param limits thresholds

@description('The storage accounts to watch.')
param accountNames string[]

@description('The Application Insights resource of the app.')
param insightsName string

// The service's own words for answers that refuse or delay a request because of its load.
var throttled = [
  'ClientAccountBandwidthThrottlingError'
  'ClientAccountRequestThrottlingError'
  'ClientThrottlingError'
  'ServerBusyError'
  'ServerTimeoutError'
  'SuccessWithThrottling'
]

// From the metrics that the nodes send. Where no node runs there is nothing to tell, and no alert. Metrics count all; of
// requests, dependencies and traces a sample is kept, so that no alert may count their rows. A sum has no bins of time:
// a window of 15 minutes would fall into two of them, each with a part.
var told = [
  {
    name: 'server-errors'
    description: 'The app answers with 5xx: see the answers by status and route.'
    severity: 1
    every: 'PT5M'
    // What nodes counted, and what the Functions host answered in their place; the greater one is taken.
    query: 'customMetrics | where name == "http.server.request.duration" | where toint(customDimensions["http.response.status_code"]) >= 500 | summarize Value = sum(valueCount) | union (requests | where toint(resultCode) >= 500 | summarize Value = sum(itemCount))'
    threshold: limits.serverErrors
    dimensions: []
    periods: 1
  }
  {
    name: 'failed-appends'
    description: 'Producers are told that an append failed, or that its outcome is not known: storage is away or slow.'
    severity: 1
    every: 'PT15M'
    query: 'customMetrics | where name == "serverless.log.appends" | where customDimensions.outcome in ("unknown", "unavailable") | summarize Value = sum(valueSum)'
    threshold: limits.failedAppends
    dimensions: []
    periods: 1
  }
  {
    name: 'lost-appends'
    description: 'Nodes take each other\'s places in the logs: many write the same partitions, and pay for it.'
    severity: 3
    every: 'PT15M'
    query: 'customMetrics | where name == "serverless.log.appends.lost" | summarize Value = sum(valueSum)'
    threshold: limits.lostAppends
    dimensions: []
    periods: 1
  }
  {
    name: 'consumer-lag'
    description: 'A group falls behind: its consumers are gone, or too slow.'
    severity: 2
    every: 'PT15M'
    query: 'customMetrics | where name == "serverless.group.lag" | summarize Value = max(valueMax) by Group = tostring(customDimensions.group), Topic = tostring(customDimensions.topic), bin(timestamp, 15m)'
    threshold: limits.consumerLag
    dimensions: ['Group', 'Topic']
    periods: 3
  }
  {
    name: 'damage'
    description: 'A keeper met damaged data or could not deal with a log, or a node met a mistake of the program.'
    severity: 1
    every: 'PT15M'
    query: 'customMetrics | where name in ("serverless.keeper.faults", "serverless.log.background.failures") | summarize Value = sum(valueSum)'
    threshold: 0
    dimensions: []
    periods: 1
  }
  {
    name: 'maintenance-late'
    description: 'Nobody has gone through the whole store for four hours: records and bytes stay that should go.'
    severity: 3
    every: 'PT15M'
    query: 'customMetrics | where name == "serverless.keeper.run.age" | summarize Value = min(valueMin) by bin(timestamp, 15m)'
    threshold: 14400
    dimensions: []
    periods: 3
  }
]

resource accounts 'Microsoft.Storage/storageAccounts@2026-09-01' existing = [
  for account in accountNames: {
    name: account
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: '${prefix}-operators'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'serverless'
    emailReceivers: [
      for (email, i) in emails: {
        name: 'operator-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource throttling 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for (account, i) in accountNames: {
    name: '${prefix}-throttling-${account}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Account ${account} refuses or delays requests for its load: producers get 503 or wait.'
      severity: 2
      enabled: true
      scopes: [
        accounts[i].id
      ]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: 'throttled'
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.Storage/storageAccounts'
            metricName: 'Transactions'
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: limits.throttledTransactions
            dimensions: [
              {
                name: 'ResponseType'
                operator: 'Include'
                values: throttled
              }
            ]
          }
        ]
      }
      actions: empty(emails) ? [] : [{ actionGroupId: operators.id }]
    }
  }
]

resource latency 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for (account, i) in accountNames: {
    name: '${prefix}-latency-${account}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Account ${account} answers slowly: every append and every group step waits for it.'
      severity: 3
      enabled: true
      scopes: [
        accounts[i].id
      ]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: 'latency'
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.Storage/storageAccounts'
            metricName: 'SuccessE2ELatency'
            timeAggregation: 'Average'
            operator: 'GreaterThan'
            threshold: limits.storageLatencyMs
          }
        ]
      }
      actions: empty(emails) ? [] : [{ actionGroupId: operators.id }]
    }
  }
]

resource ofNodes 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in told: {
    name: '${prefix}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${prefix}-${alert.name}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [
        insights.id
      ]
      evaluationFrequency: alert.every
      windowSize: 'PT15M'
      // The table appears with the first metric.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: alert.threshold
            dimensions: [
              for dimension in alert.dimensions: {
                name: dimension
                operator: 'Include'
                values: ['*']
              }
            ]
            failingPeriods: {
              minFailingPeriodsToAlert: alert.periods
              numberOfEvaluationPeriods: alert.periods
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(emails) ? [] : [operators.id]
      }
    }
  }
]
