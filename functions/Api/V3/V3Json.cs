using System.Text.Json.Serialization;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3;

/// <summary>
/// The JSON of v3: snake case; members that a request does not have are refused, as in Confluent's API.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ListOf<ClusterData>))]
[JsonSerializable(typeof(ListOf<BrokerData>))]
[JsonSerializable(typeof(ListOf<BrokerConfigData>))]
[JsonSerializable(typeof(ListOf<ClusterConfigData>))]
[JsonSerializable(typeof(ListOf<TopicData>))]
[JsonSerializable(typeof(ListOf<TopicConfigData>))]
[JsonSerializable(typeof(ListOf<PartitionData>))]
[JsonSerializable(typeof(ListOf<ReplicaData>))]
[JsonSerializable(typeof(ListOf<ReassignmentData>))]
[JsonSerializable(typeof(ListOf<ConsumerGroupData>))]
[JsonSerializable(typeof(ListOf<ConsumerData>))]
[JsonSerializable(typeof(ListOf<ConsumerAssignmentData>))]
[JsonSerializable(typeof(ListOf<ConsumerLagData>))]
[JsonSerializable(typeof(LagSummaryData))]
[JsonSerializable(typeof(ListOf<OffsetResetData>))]
[JsonSerializable(typeof(ListOf<ShareGroupData>))]
[JsonSerializable(typeof(ListOf<ShareGroupConsumerData>))]
[JsonSerializable(typeof(ListOf<ShareGroupAssignmentData>))]
[JsonSerializable(typeof(ListOf<AclData>))]
[JsonSerializable(typeof(DeletedAcls))]
[JsonSerializable(typeof(CreateAclRequest))]
[JsonSerializable(typeof(CreateAclsRequest))]
[JsonSerializable(typeof(CreateTopicRequest))]
[JsonSerializable(typeof(UpdateTopicRequest))]
[JsonSerializable(typeof(UpdateConfigRequest))]
[JsonSerializable(typeof(AlterConfigsRequest))]
[JsonSerializable(typeof(AlterTopicsConfigsRequest))]
[JsonSerializable(typeof(AlterTopicsConfigsAnswer))]
internal sealed partial class V3Json : JsonSerializerContext;
