/** What users of the public detector say about its answers (B&P Code 22757.2(b)): no content, no address, no key. */
export interface Feedback {
  /** RFC 3339 */
  time: string;
  /** SHA-256 of the image, as the detector told it; null when the user does not say. */
  sha256: string | null;
  correct: boolean;
  /** What the user says the image is. */
  actually: 'ai-generated' | 'ai-edited' | 'not-ai' | 'unknown';
  comment: string | null;
  /** Only where the user asks to be contacted. */
  contact: string | null;
}
