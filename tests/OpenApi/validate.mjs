// Validates JSON against the schemas of an OpenAPI document, for as long as somebody asks.
//
// The first line of standard input is the document. Each further one is {"id","pointer","closed","items"}: the place of
// a schema in the document, and JSON texts. It is answered by {"id","errors"}, one sentence for each broken item. Ends
// when standard input does, so it cannot outlive the tests.
import { createInterface } from "node:readline";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })[Symbol.asyncIterator]();
const document = JSON.parse((await lines.next()).value);

// The document holds more than schemas, and schemas of OpenAPI hold more than JSON Schema.
const ajv = new Ajv({ strict: false, allErrors: false, validateSchema: false });
addFormats(ajv);
for (const unchecked of ["int32", "int64"]) {
  ajv.addFormat(unchecked, true);
}
ajv.addSchema(document, "open:document");
ajv.addSchema(closeAll(structuredClone(document)), "closed:document");

const validators = new Map();
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const { id, pointer, closed, items } = JSON.parse(line.value);
  let errors;
  try {
    const validate = validatorOf(`${closed ? "closed" : "open"}:document#${encodeURI(pointer.slice(1))}`);
    errors = items.flatMap((item) => (validate(JSON.parse(item)) ? [] : [sentence(validate.errors, item)]));
  } catch (failure) {
    errors = [`${pointer}: ${failure.message}`];
  }
  process.stdout.write(JSON.stringify({ id, errors }) + "\n");
}

function validatorOf(ref) {
  if (!validators.has(ref)) {
    validators.set(ref, ajv.compile({ $ref: ref, unevaluatedProperties: isClosable(ref) ? false : true }));
  }
  return validators.get(ref);
}

function isClosable(ref) {
  return ref.startsWith("closed:") && describesMembers(at(decodeURI(ref.slice(ref.indexOf("#")))));
}

function sentence(errors, item) {
  const causes = errors.map(
    (error) => `${decodeURI(error.schemaPath)} at ${error.instancePath || "the root"}: ${error.message}`
      + (Object.keys(error.params).length ? ` ${JSON.stringify(error.params)}` : ""));
  return `${causes.join("; ")}. It is ${item.length > 500 ? item.slice(0, 500) + "…" : item}`;
}

// Answers may get further members, and the document says so; but a test that sees one which the document does not know
// has found a hole in the document. So every object of a schema is closed where its schema is complete: in members,
// elements and bodies, and not in the parts that `allOf` and the like are composed of.
function closeAll(schema) {
  if (Array.isArray(schema)) {
    schema.forEach(closeAll);
  } else if (schema !== null && typeof schema === "object") {
    Object.values(schema).forEach(closeAll);
    for (const members of [schema.properties, schema.patternProperties].filter(isObject)) {
      Object.values(members).filter(isObject).forEach(close);
    }
    [schema.items, schema.additionalProperties].filter(isObject).forEach(close);
  }
  return schema;
}

function close(schema) {
  if (describesMembers(schema) && !("unevaluatedProperties" in schema)) {
    schema.unevaluatedProperties = false;
  }
}

function describesMembers(schema) {
  return isObject(schema) && ("properties" in schema
    || ("$ref" in schema && describesMembers(at(schema.$ref)))
    || ["allOf", "anyOf", "oneOf"].some((word) => schema[word]?.some(describesMembers)));
}

function at(pointer) {
  return pointer.split("/").slice(1).reduce(
    (node, name) => node?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
