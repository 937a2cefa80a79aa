// Walks through everything that Azure's client of Event Grid namespaces can do, at two nodes in turn, and prints what
// it saw as one JSON object. Usage: node walk.mjs NODE NODE TOPIC SUBSCRIPTION
import { EventGridReceiverClient, EventGridSenderClient } from "@azure/eventgrid-namespaces";

const [, , one, other, topic, subscription] = process.argv;
const key = { key: "any" };
const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
const senders = [one, other].map((node) => new EventGridSenderClient(node, key, topic, options));
const receivers = [one, other].map((node) => new EventGridReceiverClient(node, key, topic, subscription, options));
const receive = (at, maxEvents) => receivers[at].receiveEvents({ maxEvents, maxWaitTime: 10 });
const tokens = (result) => result.details.map((one) => one.brokerProperties.lockToken);
const ids = (result) => result.details.map((one) => one.event.id);
const seen = {};

await senders[0].sendEvents({
  id: "0", type: "order.placed", source: "/shop", subject: "a", time: new Date("2026-01-02T03:04:05.678Z"),
  data: { total: 9.5, lines: ["x"] },
});
await senders[1].sendEvents([
  { id: "1", type: "order.placed", source: "/shop", data: { total: 1 } },
  { id: "2", type: "order.picture", source: "/shop", data: new Uint8Array([255, 0, 7]), dataContentType: "image/png" },
  { id: "3", type: "order.note", source: "/shop", data: "text", dataContentType: "text/plain" },
]);

const first = await receive(0, 1);
const [{ event }] = first.details;
seen.event = { ...event, time: event.time.toISOString() };
const second = await receive(1, 100);
seen.first = ids(first);
seen.second = ids(second);
seen.text = second.details[2].event.data;

const acknowledged = await receivers[1].acknowledgeEvents(tokens(first));
const again = await receivers[0].acknowledgeEvents([...tokens(first), "no token"]);
seen.acknowledged = acknowledged.succeededLockTokens.length;
seen.again = again.failedLockTokens.map((one) => one.error.code);

const [note, ...rest] = tokens(second).reverse();
seen.renewed = (await receivers[0].renewEventLocks(tokens(second))).succeededLockTokens.length;
seen.released = (await receivers[0].releaseEvents([note], { releaseDelay: 0 })).succeededLockTokens.length;
seen.delayed = (await receivers[1].releaseEvents([rest.pop()], { releaseDelay: 10 })).succeededLockTokens.length;
seen.rejected = (await receivers[1].rejectEvents(rest)).succeededLockTokens.length;

const third = await receive(0, 100);
seen.third = third.details.map((one) => [one.event.id, one.brokerProperties.deliveryCount]);

try {
  await new EventGridReceiverClient(one, key, "missing", subscription, options).receiveEvents({ maxWaitTime: 10 });
} catch (error) {
  seen.missing = [error.statusCode, error.code];
}

console.log(JSON.stringify(seen));
