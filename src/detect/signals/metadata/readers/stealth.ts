/** Generation data hidden in the low bits of the pixels, whoever hid it (see ../stealth.ts). */
import { defineReader, mark } from '../reader.js';

export const stealthReader = defineReader({
  id: 'stealth',
  guide: {
    tool: '"Stealth" PNG info (web UI extensions, SwarmUI, NovelAI)',
    carriers:
      'Low bits of the alpha channel (`stealth_pnginfo`, `stealth_pngcomp`) or of red, green, blue (`stealth_rgbinfo`, `stealth_rgbcomp`), down the columns',
    proves:
      'A generator hid its settings in exactly these pixels; they survive the loss of all metadata, not re-compression or scaling. The text found is read by the readers above as well',
    spoofs: 'A script that writes the same bits',
  },
  read({ stealth }) {
    if (stealth === null) return [];
    const { channel, compressed, text } = stealth;
    const place = channel === 'alpha' ? 'the alpha channel' : 'the colour channels';
    return [
      mark({
        id: 'metadata.stealth-pnginfo',
        finding: `Generation data hidden in the low bits of ${place}${text === null ? ', damaged' : ''}`,
        strength: 'structural',
        claim: 'ai-generated',
        where: `pixels:${channel} stealth_${channel === 'alpha' ? 'png' : 'rgb'}${compressed ? 'comp' : 'info'}`,
        explain:
          'Stable Diffusion front ends and NovelAI hide their settings so. By chance the 15 letters at its head stand nowhere. Unsigned.',
      }),
    ];
  },
});
