/** What a model folder holds, what it lacks and what it takes, without opening a model. */
import { errorMessage, printable } from '../../../core/index.js';
import type { ModelFile, ModelFolder } from '../../../onnx/index.js';
import { CUDA_ONLY_OPERATORS, OPERATOR_DOMAINS, OPSET_RANGE } from '../../../onnx/index.js';
import { createScheduler } from '../../schedulers/from-config.js';
import { readClipTokenizer } from './clip-tokenizer.js';
import { readConfig } from './configs.js';
import { readLayout } from './layout.js';
import type { Layout } from './layout.js';
import { readSchedulerConfig } from './samplers.js';
import { readT5Tokenizer } from './t5-tokenizer.js';

export interface FolderPart {
  /** Folder below the model's. */
  readonly name: string;
  /** What it is for, in words. */
  readonly purpose: string;
  /** `absent`: not there and not needed. */
  readonly state: 'ok' | 'absent' | 'missing' | 'unusable';
  /** On the disk, of graphs with the weights beside them. */
  readonly bytes?: number;
  /** Memory of the weights when loaded: half precision is computed in float32 on a processor. */
  readonly memoryBytes?: number;
  /** ONNX operator set that the graph was exported for. */
  readonly opset?: number;
  /** Why it is missing or unusable, and what to do. */
  readonly problem?: string;
}

export interface FolderReport {
  readonly dir: string;
  /** Kind of model, in words; undefined when nothing tells. */
  readonly family: string | undefined;
  readonly className: string | undefined;
  readonly scheduler: string | undefined;
  readonly parts: readonly FolderPart[];
  /** What can be drawn with it. */
  readonly modes: readonly string[];
  readonly memoryBytes: number;
  readonly problems: readonly string[];
  readonly isUsable: boolean;
}

/** @param verify also read every file and compare it with SHA256SUMS, where the folder has one. Default false. */
export async function checkFolder(
  folder: ModelFolder,
  { verify = false }: { verify?: boolean } = {},
): Promise<FolderReport> {
  let layout: Layout;
  try {
    layout = await readLayout(folder);
  } catch (error) {
    const problems = [saying(error)];
    return {
      dir: folder.dir,
      family: undefined,
      className: undefined,
      scheduler: undefined,
      parts: [],
      modes: [],
      memoryBytes: 0,
      problems,
      isUsable: false,
    };
  }
  const { rules } = layout;
  const parts: FolderPart[] = [];
  for (const { encoder, tokenizer, kind, isOptional } of rules.encoders) {
    const isNeeded = isOptional !== true;
    const found = await graphPart(folder, encoder, 'reads the prompt', isNeeded, verify);
    parts.push(found);
    if (found.state !== 'absent') parts.push(await tokenizerPart(folder, tokenizer, kind));
  }
  parts.push(await graphPart(folder, rules.denoiser, 'draws', true, verify));
  parts.push(
    await graphPart(folder, 'vae_decoder', 'makes the picture of what was drawn', true, verify),
  );
  parts.push(await graphPart(folder, 'vae_encoder', 'reads pictures to start from', false, verify));
  const scheduler = await schedulerPart(folder);
  parts.push(scheduler.part);
  parts.push(...(await configParts(folder, layout)));

  const problems = parts.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${name}: ${problem}`],
  );
  return {
    dir: folder.dir,
    family: layout.isLcm ? 'latent consistency model' : rules.title,
    className: printable(layout.className, 80),
    scheduler: scheduler.name,
    parts,
    modes: await modesOf(folder, layout, parts),
    memoryBytes: parts.reduce((sum, part) => sum + (part.memoryBytes ?? 0), 0),
    problems,
    isUsable: parts.every(({ state }) => state === 'ok' || state === 'absent'),
  };
}

async function graphPart(
  folder: ModelFolder,
  name: string,
  purpose: string,
  isNeeded: boolean,
  verify: boolean,
): Promise<FolderPart> {
  if (!(await folder.has(name))) {
    if (!isNeeded) return { name, purpose, state: 'absent' };
    return {
      name,
      purpose,
      state: 'missing',
      problem: `${name}/model.onnx is missing: export it as well`,
    };
  }
  try {
    const file = await folder.inspect(name);
    if (verify) await folder.digest(name);
    const problem = graphProblem(file);
    return {
      name,
      purpose,
      state: problem === undefined ? 'ok' : 'unusable',
      bytes: file.bytes,
      memoryBytes: file.weightBytes + file.halfBytes,
      opset: file.opsets.get('') ?? 0,
      ...(problem === undefined ? {} : { problem }),
    };
  } catch (error) {
    return { name, purpose, state: 'unusable', problem: saying(error) };
  }
}

function graphProblem({ opsets, operators }: ModelFile): string | undefined {
  const opset = opsets.get('') ?? 0;
  const [low, high] = OPSET_RANGE;
  if (opset < low || opset > high) {
    return (
      `it was exported for operator set ${opset}, the runtime runs ${low} to ${high}: ` +
      `export it again with --opset ${Math.min(high, Math.max(17, low))}`
    );
  }
  const foreign = [...opsets.keys()].filter((domain) => !OPERATOR_DOMAINS.has(domain));
  if (foreign.length > 0) {
    return `it uses operators of ${printable(foreign.join(', '), 200)}, which the runtime does not have: export it without them`;
  }
  const fused = [...operators].filter((operator) => CUDA_ONLY_OPERATORS.has(operator));
  if (fused.length > 0) {
    return (
      `it was optimised for a graphics card (${printable(fused.join(', '), 200)}), and a processor cannot run it: ` +
      'take the export from before that optimisation'
    );
  }
  return undefined;
}

async function tokenizerPart(
  folder: ModelFolder,
  name: string,
  kind: 'clip' | 't5',
): Promise<FolderPart> {
  const purpose = 'cuts the prompt into tokens';
  try {
    if (kind === 'clip') await readClipTokenizer(folder, name);
    else await readT5Tokenizer(folder, name, 512);
    return { name, purpose, state: 'ok' };
  } catch (error) {
    return { name, purpose, state: 'unusable', problem: saying(error) };
  }
}

async function schedulerPart(
  folder: ModelFolder,
): Promise<{ name: string | undefined; part: FolderPart }> {
  const named = { name: 'scheduler', purpose: 'plans the steps' };
  try {
    const { name } = createScheduler(await readSchedulerConfig(folder));
    return { name, part: { ...named, state: 'ok' } };
  } catch (error) {
    const problem = `${saying(error)}; "--scheduler" cannot replace a configuration that is not understood`;
    return { name: undefined, part: { ...named, state: 'unusable', problem } };
  }
}

/** Without its configuration the VAE is taken for the published one of its family, which is worth telling. */
async function configParts(folder: ModelFolder, { rules }: Layout): Promise<FolderPart[]> {
  const parts: FolderPart[] = [];
  for (const name of ['vae_decoder/config.json', `${rules.denoiser}/config.json`]) {
    const purpose = 'says how the model is scaled';
    try {
      const config = await readConfig(folder, name);
      parts.push({ name, purpose, state: config === undefined ? 'absent' : 'ok' });
    } catch (error) {
      parts.push({ name, purpose, state: 'unusable', problem: saying(error) });
    }
  }
  return parts;
}

async function modesOf(
  folder: ModelFolder,
  { rules }: Layout,
  parts: readonly FolderPart[],
): Promise<string[]> {
  const config = await readConfig(folder, `${rules.denoiser}/config.json`).catch(() => undefined);
  const isInpainter = config?.['in_channels'] === 9;
  const canEncode = parts.some(({ name, state }) => name === 'vae_encoder' && state === 'ok');
  if (isInpainter) return canEncode ? ['inpainting'] : [];
  return ['text to image', ...(canEncode ? ['image to image', 'inpainting'] : [])];
}

function saying(error: unknown): string {
  return printable(errorMessage(error), 1000);
}
