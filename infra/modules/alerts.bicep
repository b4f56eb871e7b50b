// What somebody should hear of. Three rules ask the workspace for what the application itself measures and answers; one watches the
// account's own metric, which is there once an hour.
param token string
param location string
param tags object
param workspaceId string
param storageAccountId string

@description('Empty: alerts only show in the portal.')
param email string
param oldestMessageMinutes int
param failedRequestsPercent int
param storedGigabytes int

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'serverless'
    enabled: true
    emailReceivers: empty(email)
      ? []
      : [
          {
            name: 'operator'
            emailAddress: email
            useCommonAlertSchema: true
          }
        ]
  }
}

var poisonQuery = '''
AppMetrics
| where Name == 'serverless.queue.poison'
| extend Queue = tostring(Properties.queue)
| summarize Measured = max(Sum) by Queue
'''

var ageQuery = '''
AppMetrics
| where Name == 'serverless.queue.age'
| extend Queue = tostring(Properties.queue)
| summarize Measured = max(Sum) by Queue
'''

// Functions that a message or a timer starts have no status of HTTP. Of a handful of requests one failure says little.
var failureQuery = '''
AppRequests
| where toint(ResultCode) >= 100
| summarize Requests = sum(ItemCount), Failed = sumif(ItemCount, toint(ResultCode) >= 500)
| where Requests >= 20
| project Measured = 100.0 * Failed / Requests
'''

var byQueue = [{ name: 'Queue', operator: 'Include', values: ['*'] }]

var rules = [
  {
    name: 'poison'
    title: 'A poison queue is not empty'
    query: poisonQuery
    dimensions: byQueue
    threshold: 0
    severity: 1
  }
  {
    name: 'age'
    title: 'Messages wait for too long'
    query: ageQuery
    dimensions: byQueue
    threshold: oldestMessageMinutes * 60
    severity: 2
  }
  {
    name: 'failures'
    title: 'Too many requests fail'
    query: failureQuery
    dimensions: []
    threshold: failedRequestsPercent
    severity: 1
  }
]

resource queryRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'alert-${rule.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      enabled: true
      severity: rule.severity
      scopes: [workspaceId]
      // Every quarter of an hour is what costs least.
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      autoMitigate: true
      // The tables fill only once the application runs.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Measured'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: rule.threshold
            dimensions: rule.dimensions
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: { actionGroups: [group.id] }
    }
  }
]

resource capacityRule 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'alert-capacity-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'More is stored than was meant to be'
    enabled: true
    severity: 2
    scopes: [storageAccountId]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'UsedCapacity'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.Storage/storageAccounts'
          metricName: 'UsedCapacity'
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          threshold: storedGigabytes * 1024 * 1024 * 1024
        }
      ]
    }
    actions: [{ actionGroupId: group.id }]
  }
}
