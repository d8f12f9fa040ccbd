;; The blaster in 2 KB, for servers where starting the one in TypeScript would be the bottleneck.
;; Written against the canonical ABI; `../wit/blaster.wit` is its interface.
(module
  (import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $now (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
    (func $subscribe-duration (param $ns i64) (result i32)))
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param $pollable i32)))
  (import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop-pollable (param $pollable i32)))

  (memory (export "memory") 1)

  ;; One call at a time, and nothing outlives a call: all memory above $HEAP is given back by going
  ;; back to it. The first bytes stay free, so that no pointer is 0.
  (global $HEAP i32 (i32.const 64))
  (global $next (mut i32) (i32.const 64))

  ;; Traps when there is no more memory, or none of 32 bits.
  (func $allocate (param $size i64) (param $align i32) (result i32)
    (local $at i64)
    (local $end i64)
    (local $pages i64)
    (local $missing i64)
    (local.set $at
      (i64.and
        (i64.add (i64.extend_i32_u (global.get $next))
                 (i64.extend_i32_u (i32.sub (local.get $align) (i32.const 1))))
        (i64.extend_i32_s (i32.sub (i32.const 0) (local.get $align)))))
    (local.set $end (i64.add (local.get $at) (local.get $size)))
    (if (i64.gt_u (local.get $end) (i64.const 0xffff0000)) (then (unreachable)))
    (local.set $pages (i64.shr_u (i64.add (local.get $end) (i64.const 0xffff)) (i64.const 16)))
    (local.set $missing (i64.sub (local.get $pages) (i64.extend_i32_u (memory.size))))
    (if (i64.gt_s (local.get $missing) (i64.const 0))
      (then
        (if (i32.eq (memory.grow (i32.wrap_i64 (local.get $missing))) (i32.const -1))
          (then (unreachable)))))
    (global.set $next (i32.wrap_i64 (local.get $end)))
    (i32.wrap_i64 (local.get $at)))

  ;; Parameters come by way of it; lists are never made longer, but the ABI allows it.
  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (call $allocate (i64.extend_i32_u (local.get $size)) (local.get $align)))
    (memory.copy (local.get $at) (local.get $old)
      (select (local.get $old-size) (local.get $size)
        (i32.lt_u (local.get $old-size) (local.get $size))))
    (local.get $at))

  (func $hold-memory (param $mib i64)
    (local $at i32)
    (local $pages i64)
    (if (i64.eqz (local.get $mib)) (then (return)))
    (if (i64.ge_u (local.get $mib) (i64.const 4096)) (then (unreachable)))
    (local.set $at
      (call $allocate (i64.shl (local.get $mib) (i64.const 20)) (i32.const 65536)))
    (local.set $pages (i64.shl (local.get $mib) (i64.const 4)))
    ;; A page that nobody wrote to may not be there.
    (loop $next-page
      (i32.store8 (local.get $at) (i32.const 1))
      (local.set $at (i32.add (local.get $at) (i32.const 65536)))
      (local.set $pages (i64.sub (local.get $pages) (i64.const 1)))
      (br_if $next-page (i64.gt_u (local.get $pages) (i64.const 0)))))

  (func $wait (param $ms i64)
    (local $pollable i32)
    (if (i64.eqz (local.get $ms)) (then (return)))
    (local.set $pollable
      (call $subscribe-duration (i64.mul (local.get $ms) (i64.const 1000000))))
    (call $block (local.get $pollable))
    (call $drop-pollable (local.get $pollable)))

  (func $burn-cpu (param $ms i64)
    (local $end i64)
    (local $n i32)
    (if (i64.eqz (local.get $ms)) (then (return)))
    (local.set $end
      (i64.add (call $now) (i64.mul (local.get $ms) (i64.const 1000000))))
    (loop $burn
      (local.set $n (i32.const 1000))
      (loop $count
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $count (local.get $n)))
      (br_if $burn (i64.lt_u (call $now) (local.get $end)))))

  (func (export "xk6:wrpc/blaster@0.0.1#blast")
    (param $id i32) (param $id-length i32) (param $payload i32) (param $payload-length i32)
    (param $mem-burn-mb i64) (param $cpu-burn-ms i64) (param $wait-ms i64)
    (call $hold-memory (local.get $mem-burn-mb))
    (call $wait (local.get $wait-ms))
    (call $burn-cpu (local.get $cpu-burn-ms))
    (global.set $next (global.get $HEAP))))
