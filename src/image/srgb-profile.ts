/** Is an ICC profile sRGB? ICC.1:2022: header §7.2, tag table §7.3, curves §10.6 and §10.18. */
import { hasBytesAt, latin1Bytes, viewOf } from '../core/index.js';

/** Colorants of sRGB adapted to D50, IEC 61966-2-1 Annex F as the ICC publishes them. */
const SRGB_COLORANTS: Readonly<Record<string, readonly [number, number, number]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
const COLORANT_TOLERANCE = 0.004;
const CURVE_TOLERANCE = 0.008;
const MAX_TAGS = 100;

/** True when `profile` is an RGB matrix profile with sRGB's primaries and transfer curve. */
export function isSrgbProfile(profile: Uint8Array): boolean {
  if (profile.length < 132 || !hasBytesAt(profile, 16, latin1Bytes('RGB XYZ '))) return false;
  const tags = readTags(profile);
  for (const [name, expected] of Object.entries(SRGB_COLORANTS)) {
    const data = tags.get(name);
    if (!data || data.length < 20) return false;
    const view = viewOf(data);
    for (let i = 0; i < 3; i++) {
      if (Math.abs(view.getInt32(8 + 4 * i) / 65536 - expected[i]!) > COLORANT_TOLERANCE) {
        return false;
      }
    }
  }
  return ['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(tags.get(name)));
}

function readTags(profile: Uint8Array): Map<string, Uint8Array> {
  const view = viewOf(profile);
  const tags = new Map<string, Uint8Array>();
  const count = Math.min(view.getUint32(128), MAX_TAGS);
  for (let i = 0; i < count && 144 + 12 * i <= profile.length; i++) {
    const at = 132 + 12 * i;
    const offset = view.getUint32(at + 4);
    const length = view.getUint32(at + 8);
    if (offset + length > profile.length) continue;
    const name = String.fromCharCode(...profile.subarray(at, at + 4));
    tags.set(name, profile.subarray(offset, offset + length));
  }
  return tags;
}

function isSrgbCurve(data: Uint8Array | undefined): boolean {
  const curve = data && readCurve(data);
  if (!curve) return false;
  for (let i = 0; i <= 32; i++) {
    const x = i / 32;
    const srgb = x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    if (!(Math.abs(curve(x) - srgb) <= CURVE_TOLERANCE)) return false;
  }
  return true;
}

function readCurve(data: Uint8Array): ((x: number) => number) | null {
  if (data.length < 12) return null;
  const view = viewOf(data);
  if (hasBytesAt(data, 0, latin1Bytes('curv'))) {
    const count = view.getUint32(8);
    if (count < 2 || 12 + 2 * count > data.length) return null;
    return (x) => {
      const position = x * (count - 1);
      const low = Math.min(Math.floor(position), count - 2);
      const a = view.getUint16(12 + 2 * low);
      const b = view.getUint16(14 + 2 * low);
      return (a + (b - a) * (position - low)) / 65535;
    };
  }
  // Type 3: (aX + b)^g from d on, cX below; the form that every parametric sRGB profile uses.
  if (hasBytesAt(data, 0, latin1Bytes('para')) && view.getUint16(8) === 3 && data.length >= 32) {
    const [g, a, b, c, d] = [0, 1, 2, 3, 4].map((i) => view.getInt32(12 + 4 * i) / 65536) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return (x) => (x >= d ? (a * x + b) ** g : c * x);
  }
  return null;
}
