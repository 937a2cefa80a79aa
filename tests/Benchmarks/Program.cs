using Serverless.Benchmarks;

return await Command.RunAsync(args);
