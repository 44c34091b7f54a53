interface KeyLike {
  keyCode: number;
  isComposing?: boolean;
  nativeEvent?: { isComposing?: boolean };
}

/** Whether a key only confirms letters that are being composed, as in Japanese. Safari tells it by 229 alone. */
export function composes(event: KeyLike): boolean {
  return Boolean((event.nativeEvent ?? event).isComposing) || event.keyCode === 229;
}
