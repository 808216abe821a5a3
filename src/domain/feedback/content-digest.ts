/**
 * A number of 53 bits for a text, so that another content under the same name is noticed: two FNV-1a hashes (Fowler,
 * Noll, Vo) side by side, one of them over another prime. Against mistakes, not against forgery.
 */
export function contentDigest(text: string): number {
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995);
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}
