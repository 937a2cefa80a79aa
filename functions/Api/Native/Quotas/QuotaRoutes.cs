using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Native.Quotas;

/// <summary>The routes of quotas.</summary>
internal static class QuotaRoutes
{
    /// <summary>Maps them below <c>/api/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/quotas", StoredQuotas.ListAsync).Needs(Right.DescribeClusterConfigs);
        v1.MapGet("/quotas/users/{principal}", static (HttpContext context, SecurityCatalog all, string principal) =>
            StoredQuotas.GetAsync(context, all, QuotaEntityType.User, principal)).Needs(Right.DescribeClusterConfigs);
        v1.MapPut("/quotas/users/{principal}", static (HttpContext context, SecurityCatalog all, string principal) =>
            StoredQuotas.PutAsync(context, all, QuotaEntityType.User, principal)).Needs(Right.AlterClusterConfigs);
        v1.MapDelete("/quotas/users/{principal}", static (HttpContext context, SecurityCatalog all, string principal) =>
            StoredQuotas.DeleteAsync(context, all, QuotaEntityType.User, principal)).Needs(Right.AlterClusterConfigs);
        v1.MapGet("/quotas/topics/{topic}", static (HttpContext context, SecurityCatalog all, string topic) =>
            StoredQuotas.GetAsync(context, all, QuotaEntityType.Topic, topic)).Needs(Right.DescribeClusterConfigs);
        v1.MapPut("/quotas/topics/{topic}", static (HttpContext context, SecurityCatalog all, string topic) =>
            StoredQuotas.PutAsync(context, all, QuotaEntityType.Topic, topic)).Needs(Right.AlterClusterConfigs);
        v1.MapDelete("/quotas/topics/{topic}", static (HttpContext context, SecurityCatalog all, string topic) =>
            StoredQuotas.DeleteAsync(context, all, QuotaEntityType.Topic, topic)).Needs(Right.AlterClusterConfigs);
    }
}
