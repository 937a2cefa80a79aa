// Walks through what Confluent's client of the REST Proxy v1 can do, at two nodes in turn, and prints what it saw as one
// JSON object. Usage: node walk.mjs NODE NODE TOPIC GROUP
import { promisify } from "node:util";
import KafkaRest from "kafka-rest";

const [, , one, other, topic, group] = process.argv;
const clients = [one, other].map((url) => new KafkaRest({ url }));
const call = (object, method, ...values) => promisify(object[method].bind(object))(...values);
const seen = {};

seen.brokers = (await call(clients[0].brokers, "list")).length;
seen.topics = (await call(clients[1].topics, "list")).map((found) => found.name);
seen.partitions = (await call(clients[0].topic(topic).partitions, "list")).map((found) => found.id);

const sent = await call(clients[0].topic(topic), "produce", "first", { key: "k", value: "second" });
seen.sent = sent.offsets.length;
await call(clients[1].topicPartition(topic, 0), "produce", { value: Buffer.from([255, 0, 7]) });

const instance = await call(clients[0].consumer(group), "join", {
  format: "binary",
  "auto.offset.reset": "smallest",
  "auto.commit.enable": "false",
});
const stream = instance.subscribe(topic, { requestDelay: 10 });
const values = [];
await new Promise((resolve, reject) => {
  stream.on("error", reject);
  stream.on("data", (messages) => {
    values.push(...messages.map((message) => message.value.toString("hex")));
    if (values.length === 3) resolve();
  });
});
seen.values = values.sort();
await call(instance, "commit");
await call(instance, "shutdown");

console.log(JSON.stringify(seen));
