// The settings of the application that a deployment may change, and what they are if it does not: the same as in the code. What each
// does is in docs/operations.md; a test holds this file, the code, the page and the local sample together.

@export()
@sealed()
@description('Settings by name. What is left out is as in the defaults.')
type Settings = {
  Ai__Endpoint: string?
  Ai__Model: string?
  Cors__Origins: string?
  Limits__LaminaRequestsPerMinute: int?
  Limits__LithtrixRegistrationsPerHour: int?
  Limits__TraceAiPerHour: int?
  Limits__TraceDataPerMinute: int?
  Limits__TraceIngestPerMinute: int?
  Limits__TraceLoginsPerEmailPerQuarterHour: int?
  Limits__TraceLoginsPerMinute: int?
  LogRetentionDays: int?
  OTEL_EXPORTER_OTLP_ENDPOINT: string?
  Payments__Provider: string?
  Plans__Lithtrix__Free__LifetimeCalls: int?
  Plans__Lithtrix__Free__RequestsPerMinute: int?
  Plans__Lithtrix__Pro__LifetimeCalls: int?
  Plans__Lithtrix__Pro__RequestsPerMinute: int?
  Plans__LuminaLog__Bootstrapper__BytesPerMonth: int?
  Plans__LuminaLog__Bootstrapper__RequestsPerMinute: int?
  Plans__LuminaLog__Compliance__BytesPerMonth: int?
  Plans__LuminaLog__Compliance__RequestsPerMinute: int?
  Plans__LuminaLog__Indie__BytesPerMonth: int?
  Plans__LuminaLog__Indie__RequestsPerMinute: int?
  Plans__LuminaLog__Scale__BytesPerMonth: int?
  Plans__LuminaLog__Scale__RequestsPerMinute: int?
  Plans__LumiqTrace__Free__EventsPerMonth: int?
  Plans__LumiqTrace__Pro__EventsPerMonth: int?
  Plans__LumiqTrace__Scale__EventsPerMonth: int?
  Plans__LumiqTrace__Team__EventsPerMonth: int?
  RunRetentionDays: int?
  Search__CacheMinutes: int?
  Search__Endpoint: string?
  Search__Provider: ('' | 'brave' | 'searxng')?
  TraceFigureRetentionDays: int?
  TraceRetentionDays: int?
  TrustedProxies: int?
  UpgradeUrl: string?
}

@export()
var defaults = {
  Ai__Endpoint: ''
  Ai__Model: ''
  Cors__Origins: ''
  Limits__LaminaRequestsPerMinute: 100
  Limits__LithtrixRegistrationsPerHour: 20
  Limits__TraceAiPerHour: 20
  Limits__TraceDataPerMinute: 300
  Limits__TraceIngestPerMinute: 1000
  Limits__TraceLoginsPerEmailPerQuarterHour: 20
  Limits__TraceLoginsPerMinute: 10
  LogRetentionDays: 30
  OTEL_EXPORTER_OTLP_ENDPOINT: ''
  Payments__Provider: ''
  Plans__Lithtrix__Free__LifetimeCalls: 300
  Plans__Lithtrix__Free__RequestsPerMinute: 60
  Plans__Lithtrix__Pro__LifetimeCalls: 0
  Plans__Lithtrix__Pro__RequestsPerMinute: 600
  Plans__LuminaLog__Bootstrapper__BytesPerMonth: 10737418240
  Plans__LuminaLog__Bootstrapper__RequestsPerMinute: 300
  Plans__LuminaLog__Compliance__BytesPerMonth: 53687091200
  Plans__LuminaLog__Compliance__RequestsPerMinute: 600
  Plans__LuminaLog__Indie__BytesPerMonth: 1073741824
  Plans__LuminaLog__Indie__RequestsPerMinute: 60
  Plans__LuminaLog__Scale__BytesPerMonth: 268435456000
  Plans__LuminaLog__Scale__RequestsPerMinute: 1800
  Plans__LumiqTrace__Free__EventsPerMonth: 10000
  Plans__LumiqTrace__Pro__EventsPerMonth: 1000000
  Plans__LumiqTrace__Scale__EventsPerMonth: 100000000
  Plans__LumiqTrace__Team__EventsPerMonth: 10000000
  RunRetentionDays: 90
  Search__CacheMinutes: 60
  Search__Endpoint: ''
  Search__Provider: ''
  TraceFigureRetentionDays: 400
  TraceRetentionDays: 30
  TrustedProxies: 1
  UpgradeUrl: ''
}
