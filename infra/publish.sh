#!/bin/sh
# Publishes the program of the app to artifacts/azd: functions/Host as a custom handler, or functions/Worker.
# Run it on Linux, macOS or WSL: archives made on Windows lose the execute bit that a custom handler needs.
set -eu
cd "$(dirname "$0")/.."
rm -rf artifacts/azd
case "${SERVERLESS_PROGRAM:-custom-handler}" in
  custom-handler)
    # Self-contained: the image in which custom handlers run has no .NET. Compiled ahead, as a cold start is mostly
    # compiling otherwise (tests/Benchmarks/Reports/start.md), and together with the framework, so that nothing of it is
    # left to be compiled for the program's own types. It takes some minutes. The lock files hold what the build
    # restores, not what a publish for one platform adds to it; and what that leaves on the way stays apart from the
    # build, too.
    dotnet publish functions/Host --configuration Release --runtime linux-x64 --self-contained \
      -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true -p:DebugType=none -p:PublishDocumentationFiles=false \
      -p:PublishReferencesDocumentationFiles=false -p:SatelliteResourceLanguages=en \
      -p:RestorePackagesWithLockFile=false -p:NuGetLockFilePath=none.lock.json \
      -p:RunAnalyzers=false -p:ArtifactsPath="$PWD/artifacts/publish" --output artifacts/azd
    ;;
  isolated-worker)
    dotnet publish functions/Worker --configuration Release --output artifacts/azd
    ;;
  *)
    echo "SERVERLESS_PROGRAM is '$SERVERLESS_PROGRAM'; it must be custom-handler or isolated-worker." >&2
    exit 2
    ;;
esac
