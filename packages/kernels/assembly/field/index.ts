export function canonical(v: usize, n: i32): i32 {
  for (const end = v + (<usize>n << 3); v < end; v += 8) if (load<u64>(v) >= 0x1fffffffffffffff) return 0;
  return 1;
}
