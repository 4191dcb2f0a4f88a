#!/usr/bin/env node
import { processIo } from './io.js';
import { runCli } from './program.js';

// exitCode and not exit(): what is still in a pipe must be written out first.
process.exitCode = await runCli(process.argv.slice(2), processIo());
