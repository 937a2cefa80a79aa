// Lints the file that the first argument names, and writes the report as JSON. The linter is kept from the network.
process.env.REDOCLY_TELEMETRY = "off";
process.env.REDOCLY_SUPPRESS_UPDATE_NOTICE = "true";
process.argv.splice(2, 1, "lint", process.argv[2], "--config", "redocly.yaml", "--format", "json");
process.argv.push("--max-problems", "1000");
await import("./node_modules/@redocly/cli/bin/cli.js");
