/** What the marking verbs return. */
import type { OutputFormat } from '../image/index.js';

export interface MarkedImage {
  /** The finished file. */
  bytes: Uint8Array;
  /** The manifest store alone (application/c2pa), as a registry keeps it. */
  manifest: Uint8Array;
  /** Under which the registry knows it; null without a registry. */
  manifestId: string | null;
  mime: string;
  format: OutputFormat;
  width: number;
  height: number;
  watermark: {
    payload: string;
    /** dB against the unmarked pixels. */
    psnr: number;
    ssim: number;
    /** How far above the detection threshold the mark stands after simulated damage. */
    margin: number;
  };
  warnings: string[];
}
