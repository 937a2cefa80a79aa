using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Producer ids that are given out twice, and sends that are refused although they were right.</summary>
public sealed class ProducerAnomalyTests
{
    private static readonly Answer OutOfOrder = new Answer.Failed(Refusal.OutOfOrderSequence, 0, "");
    private static readonly Answer Stale = new Answer.Failed(Refusal.InvalidProducerEpoch, 1, "");
    private static readonly Request Init = new Request.InitProducer("loader");

    [Fact]
    public void An_id_and_epoch_is_given_out_once() => Assert.Equal(
        [AnomalyKind.ProducerGrantedTwice],
        new Story().Say(new Request.InitProducer(null), new Answer.ProducerGranted(7, 0))
            .Say(new Request.InitProducer(null), new Answer.ProducerGranted(7, 0)).Check());

    [Fact]
    public void The_epochs_of_a_name_rise() => Assert.Equal(
        [AnomalyKind.ProducerGrantedTwice],
        new Story().Say(Init, new Answer.ProducerGranted(7, 3)).Say(Init, new Answer.ProducerGranted(7, 2)).Check());

    [Fact]
    public void A_name_gets_another_id_when_its_epochs_are_used_up() => Assert.Empty(
        new Story().Say(Init, new Answer.ProducerGranted(7, 0)).Say(Init, new Answer.ProducerGranted(7, 1))
            .Say(Init, new Answer.ProducerGranted(3, 0)).Check());

    [Fact]
    public void The_batch_behind_an_acknowledged_one_is_not_out_of_order() => Assert.Equal(
        [AnomalyKind.WrongRefusal],
        new Story().Say(Send(0, 0, 10, 11), Answer.Sent.At(0, 2, duplicate: false))
            .Say(Send(0, 2, 12), OutOfOrder).Check());

    [Fact]
    public void A_batch_behind_one_that_is_not_acknowledged_may_be_out_of_order() => Assert.Empty(
        new Story().Say(Send(0, 0, 10, 11), new Answer.Unknown("")).Say(Send(0, 2, 12), OutOfOrder).Check());

    [Fact]
    public void A_batch_that_later_ones_have_passed_may_be_out_of_order() => Assert.Empty(
        new Story().Say(Send(0, 0, 10), Answer.Sent.At(0, 1, duplicate: false))
            .Say(Send(0, 1, 11), Answer.Sent.At(1, 1, duplicate: false))
            .Say(Send(0, 2, 12), Answer.Sent.At(2, 1, duplicate: false)).Say(Send(0, 1, 11), OutOfOrder).Check());

    [Fact]
    public void The_highest_epoch_is_not_stale() => Assert.Equal(
        [AnomalyKind.WrongRefusal],
        new Story().Say(Send(0, 0, 10), Answer.Sent.At(0, 1, duplicate: false)).Say(Send(1, 0, 11), Stale).Check());

    [Fact]
    public void An_epoch_below_another_is_stale() => Assert.Empty(
        new Story().Say(Send(1, 0, 10), Answer.Sent.At(0, 1, duplicate: false)).Say(Send(0, 0, 11), Stale).Check());

    private static Request.Send Send(short epoch, int sequence, params long[] values) =>
        new(Story.Partition, [.. values], new SendIdentity.Sequenced(7, epoch, sequence));
}
