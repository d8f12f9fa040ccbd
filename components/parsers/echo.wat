;; Sends back every packet as it came: the contract of contract.h, by hand.
(module
  ;; 128 KiB, 16 MiB at most.
  (memory (export "memory") 2 256)

  ;; The first bytes stay free, so that no pointer is 0.
  (global $HEAP i32 (i32.const 8))
  (global $top (mut i32) (i32.const 8))

  ;; A block begins where the last one ended, at a multiple of 8.
  (func (export "alloc") (param $size i32) (result i32)
    (local $at i32)
    (local $room i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (local.set $room (i32.sub (i32.shl (memory.size) (i32.const 16)) (local.get $at)))
    (if (i32.gt_u (local.get $size) (local.get $room))
      (then
        (if
          (i32.eq
            (memory.grow
              (i32.add
                (i32.shr_u
                  (i32.sub (i32.sub (local.get $size) (local.get $room)) (i32.const 1))
                  (i32.const 16))
                (i32.const 1)))
            (i32.const -1))
          (then (return (i32.const 0))))))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (local.get $at))

  ;; Frees all after it too. The host frees in the reverse order of alloc.
  (func (export "dealloc") (param $at i32) (param $size i32)
    (if
      (i32.and
        (i32.ge_u (local.get $at) (global.get $HEAP))
        (i32.lt_u (local.get $at) (global.get $top)))
      (then (global.set $top (local.get $at)))))

  ;; The size above the pointer.
  (func (export "handle_body") (param $packet i32) (param $size i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $size)) (i64.const 32))
      (i64.extend_i32_u (local.get $packet)))))
