namespace Serverless.Tests.Tenancy;

/// <summary>Who calls, with what.</summary>
[Flags]
internal enum Callers
{
    None = 0,
    Stranger = 1,
    LogKey = 2,
    TraceKey = 4,
    RunKey = 8,
    RunAdminKey = 16,
    AgentKey = 32,
    OperatorKey = 64,
    Member = 128,
    Admin = 256,
    Owner = 512,

    // A key of LuminaLog that may stand in a web page.
    PageKey = 1024,

    Sessions = Member | Admin | Owner,
    Runners = RunKey | RunAdminKey | Sessions,
    Definers = RunAdminKey | Admin | Owner,
    Everybody = Stranger | LogKey | PageKey | TraceKey | AgentKey | OperatorKey | Runners,
}

/// <summary>Whom an operation lets in, and how it is asked.</summary>
/// <param name="Allowed">Who is let in. Whoever is neither that nor <paramref name="Forbidden"/> is answered 401.</param>
/// <param name="Forbidden">Who is known there, and answered 403.</param>
internal sealed record AccessRule(Callers Allowed, Callers Forbidden = Callers.None)
{
    /// <summary>What follows the path, with the names of what a tenant has in braces.</summary>
    public string Query { get; init; } = "";

    /// <summary>The body, with such names too; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>What the names stand for where a tenant asks for its own; else for what it has.</summary>
    public IReadOnlyList<(string Name, string Value)> Own { get; init; } = [];

    /// <summary>Whether that is not there, so that nothing is destroyed: 404 says that the caller was let in.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>How whoever is let in is answered about what another tenant has; null where there is nothing to name.</summary>
    public int? OfOthers { get; init; }

    /// <summary>Whether it ends the credential it is asked with.</summary>
    public bool EndsCredential { get; init; }
}

/// <summary>Whom each operation of the description lets in, by its id.</summary>
internal static class AccessRules
{
    private const int NotFound = 404;
    private const int Forbidden = 403;

    private static readonly AccessRule Open = new(Callers.Everybody);
    private static readonly AccessRule ReadsLogs = new(Callers.LogKey | Callers.Sessions, Callers.PageKey);
    private static readonly AccessRule SendsEvents = new(Callers.TraceKey) { Body = "{}" };

    // Of a project of others LumiqTrace says that it is not theirs, as its contract has it.
    private static readonly AccessRule ReadsProject = new(Callers.Sessions) { Query = "?projectId={project}", OfOthers = Forbidden };
    private static readonly AccessRule HasSession = new(Callers.Sessions);
    private static readonly AccessRule UsesRuns = new(Callers.Runners);
    private static readonly AccessRule ReadsRun = UsesRuns with { OfOthers = NotFound };
    private static readonly AccessRule Defines = new(Callers.Definers, Callers.RunKey | Callers.Member) { Body = "{}" };
    private static readonly AccessRule Removes = Defines with { Body = null, IsAbsent = true, OfOthers = NotFound };
    private static readonly AccessRule IsAgent = new(Callers.AgentKey);
    private static readonly AccessRule Operates = new(Callers.OperatorKey);
    private static readonly AccessRule Changes = Operates with { Body = "[]" };
    private static readonly AccessRule Ends = Operates with { IsAbsent = true };

    private static readonly AccessRule Administers = new(Callers.Admin | Callers.Owner, Callers.Member) { Body = "[]" };
    private static readonly AccessRule EndsKey = Administers with { Body = null, IsAbsent = true, OfOthers = NotFound };
    private static readonly AccessRule Owns = new(Callers.Owner, Callers.Member | Callers.Admin) { Body = "[]" };

    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, AccessRule> All { get; } = new Dictionary<string, AccessRule>(StringComparer.Ordinal)
    {
        ["health"] = Open,
        ["ready"] = Open,
        ["describeApi"] = Open,
        ["describeSurface"] = Open,

        ["ingestLogs"] = new(Callers.LogKey | Callers.PageKey) { Body = """{"logs":[]}""" },
        ["ingestLogRecords"] = new(Callers.LogKey | Callers.PageKey) { Body = "{}" },
        ["readLogs"] = ReadsLogs with { Query = "?start=2000-01-01T00:00:00Z" },
        ["logStats"] = ReadsLogs,
        ["tailLogs"] = ReadsLogs,
        ["readLogFields"] = ReadsLogs,
        ["readLogContext"] = ReadsLogs with { OfOthers = NotFound },

        ["ingestEvents"] = SendsEvents,
        ["ingestExport"] = SendsEvents,
        ["ingestSpans"] = SendsEvents,
        ["readSdkConfig"] = SendsEvents with { Body = null },
        ["login"] = Open with { Body = "{}" },
        ["logout"] = HasSession with { EndsCredential = true },
        ["readSession"] = HasSession,
        ["switchSession"] = HasSession with { Body = """{"organization":"{organization}"}""", Own = [("organization", "")], OfOthers = Forbidden },
        ["changePassword"] = HasSession with { Body = "{}" },
        ["readEvents"] = ReadsProject,
        ["readTrace"] = ReadsProject,
        ["findTrace"] = ReadsProject,
        ["listSessions"] = ReadsProject,
        ["listUsers"] = ReadsProject,
        ["readOverview"] = ReadsProject with { Query = "" },
        ["readCosts"] = ReadsProject,
        ["readPerformance"] = ReadsProject,
        ["findAnomalies"] = ReadsProject,
        ["askAboutProject"] = ReadsProject with { Query = "", Body = """{"projectId":"{project}","question":"What did it cost?"}""" },

        ["listApps"] = UsesRuns,
        ["getApp"] = ReadsRun,
        ["putApp"] = Defines,
        ["deleteApp"] = Removes with { Own = [("appId", "gone")] },
        ["startRun"] = ReadsRun with { Body = """{"inputs":{}}""" },
        ["listRuns"] = UsesRuns,
        ["followRuns"] = UsesRuns,
        ["getRun"] = ReadsRun,
        ["waitForRun"] = ReadsRun,
        ["streamRun"] = ReadsRun,
        ["cancelRun"] = ReadsRun,
        ["deleteRun"] = Removes with { Own = [("runId", "gone")] },
        ["readDeliveries"] = ReadsRun,
        ["readSteps"] = ReadsRun,
        ["replayRun"] = ReadsRun with { Body = "{}" },
        ["readReplays"] = ReadsRun,
        ["replayRuns"] = UsesRuns with { Body = """{"appId":"none"}""" },
        ["cancelRuns"] = UsesRuns with { Body = """{"appId":"none"}""" },
        ["listTemplates"] = UsesRuns,
        ["getTemplate"] = UsesRuns,
        ["createAppFromTemplate"] = Defines,
        ["listTriggers"] = UsesRuns,
        ["putTrigger"] = Defines,
        ["getTrigger"] = ReadsRun,
        ["deleteTrigger"] = Removes with { Own = [("triggerId", "gone")] },

        ["listAlerts"] = UsesRuns,
        ["putAlert"] = Defines,
        ["getAlert"] = ReadsRun,
        ["deleteAlert"] = Removes with { Own = [("alertId", "gone")] },
        ["readAlertHistory"] = ReadsRun,

        // The secret is all it takes, and here nobody sends it.
        ["fireTrigger"] = new(Callers.None) { Body = "{}", Own = [("triggerId", "{organization}-{triggerId}")] },
        ["readSigningKey"] = Open,
        ["listWebhookEndpoints"] = UsesRuns,
        ["createWebhookEndpoint"] = Defines,
        ["getWebhookEndpoint"] = ReadsRun,
        ["putWebhookEndpoint"] = Defines,
        ["deleteWebhookEndpoint"] = Removes with { Own = [("endpointId", "gone")] },
        ["rotateWebhookSecret"] = Defines with { Body = null, OfOthers = NotFound },
        ["testWebhookEndpoint"] = Defines with { Body = null, OfOthers = NotFound },
        ["replayWebhooks"] = Defines,
        ["listEndpointDeliveries"] = ReadsRun,
        ["getDelivery"] = ReadsRun,
        ["resendDelivery"] = Defines with { Body = null, OfOthers = NotFound },
        ["accountUsage"] = UsesRuns,

        ["registerAgent"] = Open with { Body = "{}" },
        ["rotateAgentKey"] = IsAgent with { EndsCredential = true },
        ["search"] = IsAgent,
        ["showAgent"] = IsAgent,
        ["showAgentUsage"] = IsAgent,
        ["showAgentBilling"] = IsAgent,
        ["setUpAgentBilling"] = IsAgent with { Body = "{}" },
        ["showCapabilities"] = Open,
        ["showGuide"] = Open,

        ["getOwnOrganization"] = HasSession,
        ["getOwnPrices"] = HasSession,
        ["replaceOwnPrices"] = Administers,
        ["listOwnProjects"] = HasSession,
        ["getOwnProject"] = HasSession with { OfOthers = NotFound },
        ["createOwnProject"] = Administers,
        ["updateOwnProject"] = Administers with { Body = "{}", OfOthers = NotFound },
        ["deleteOwnProject"] = Owns with { Body = null, IsAbsent = true, OfOthers = NotFound, Own = [("project", "gone")] },
        ["getOwnRedaction"] = HasSession,
        ["setOwnRedaction"] = Administers,
        ["getOwnProjectRedaction"] = HasSession with { OfOthers = NotFound },
        ["setOwnProjectRedaction"] = Administers with { Body = "{}", OfOthers = NotFound },
        ["listOwnMembers"] = HasSession,
        ["setOwnMember"] = Owns,
        ["removeOwnMember"] = Owns with { Body = null, IsAbsent = true, OfOthers = NotFound },
        ["listOwnKeys"] = HasSession,
        ["createOwnKey"] = Administers,
        ["rotateOwnKey"] = EndsKey,
        ["revokeOwnKey"] = EndsKey,

        ["listOwnQueries"] = HasSession,
        ["createOwnQuery"] = HasSession with { Body = "{}" },
        ["updateOwnQuery"] = HasSession with { Body = "{}", OfOthers = NotFound },
        ["deleteOwnQuery"] = HasSession with { IsAbsent = true, OfOthers = NotFound, Own = [("query", "gone")] },

        ["createOrganization"] = Changes,
        ["listOrganizations"] = Operates,
        ["getOrganization"] = Operates,
        ["updateOrganization"] = Changes,
        ["deleteOrganization"] = Ends with { Own = [("organization", "gone")] },
        ["getOrganizationUsage"] = Operates,
        ["createProject"] = Changes,
        ["getPrices"] = Operates,
        ["replacePrices"] = Changes,
        ["listProjects"] = Operates,
        ["getProject"] = Operates,
        ["updateProject"] = Changes,
        ["deleteProject"] = Ends with { Own = [("project", "gone")] },
        ["getRedaction"] = Operates,
        ["setRedaction"] = Changes,
        ["getProjectRedaction"] = Operates,
        ["setProjectRedaction"] = Changes,
        ["setMember"] = Changes,
        ["listMembers"] = Operates,
        ["removeMember"] = Ends,
        ["setPassword"] = Changes,
        ["createKey"] = Changes,
        ["listKeys"] = Operates,
        ["rotateKey"] = Changes,
        ["revokeKey"] = Ends,
        ["listAgents"] = Operates,
        ["getAgent"] = Ends,
        ["updateAgent"] = Changes,
        ["listQueues"] = Operates,
        ["listPoisonQueues"] = Operates,
        ["listPoisonMessages"] = Ends,
        ["replayPoisonMessages"] = Ends,
        ["replayPoisonMessage"] = Ends,
        ["dropPoisonMessages"] = Ends,
        ["dropPoisonMessage"] = Ends,
        ["listUnreadableRows"] = Operates,
        ["restoreUnreadableRows"] = Operates,
    };
}
