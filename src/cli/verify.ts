#!/usr/bin/env node
/** `verify FILE` = `imprint verify FILE`. */
import { processIo } from './io.js';
import { runCli } from './program.js';

process.exitCode = await runCli(['verify', ...process.argv.slice(2)], processIo());
