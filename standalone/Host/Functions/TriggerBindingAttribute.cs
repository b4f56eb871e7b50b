namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>What the attributes on a trigger's parameter have in common.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : Attribute;
