'use strict';

// The tests hold the other end of standard input. It closes when they end in whatever way, a kill included,
// so no emulator is left behind.
process.stdin.resume();
process.stdin.once('close', () => process.exit(0));
process.stdin.once('end', () => process.exit(0));
