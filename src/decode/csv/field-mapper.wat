;; Finds where fields end, 16 bytes at once; field-mapper.ts says what of and what for.
(module
  (import "env" "memory" (memory 1))
  ;; Maps records from `at` on into ints at `out`: of each record the place before its first byte, then those of its
  ;; `columns` separators, the line end last. Stops at `stop`, after `max_rows` records, or before one that holds a
  ;; quote or another number of fields. A line end stands at `stop` - 1 or later. Returns the number of records.
  (func (export "map")
    (param $at i32) (param $stop i32) (param $out i32) (param $max_rows i32) (param $columns i32)
    (param $delimiter i32)
    (result i32)
    (local $rows i32) (local $fields i32) (local $place i32) (local $lowest i32)
    (local $bits i32) (local $quotes i32) (local $lines i32)
    (local $block v128) (local $delimiters v128)
    (local.set $delimiters (i8x16.splat (local.get $delimiter)))
    (i32.store (local.get $out) (i32.sub (local.get $at) (i32.const 1)))
    (local.set $out (i32.add (local.get $out) (i32.const 4)))
    (loop $blocks
      (local.set $block (v128.load align=1 (local.get $at)))
      (local.set $lines (i8x16.bitmask (i8x16.eq (local.get $block) (i8x16.splat (i32.const 0x0a)))))
      (local.set $quotes (i8x16.bitmask (i8x16.eq (local.get $block) (i8x16.splat (i32.const 0x22)))))
      (local.set $bits
        (i32.or
          (i32.or (local.get $lines) (local.get $quotes))
          (i8x16.bitmask (i8x16.eq (local.get $block) (local.get $delimiters)))))
      (block $done
        (loop $separators
          (br_if $done (i32.eqz (local.get $bits)))
          (local.set $lowest (i32.and (local.get $bits) (i32.sub (i32.const 0) (local.get $bits))))
          (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $bits))))
          (local.set $bits (i32.xor (local.get $bits) (local.get $lowest)))
          (i32.store (local.get $out) (local.get $place))
          (local.set $out (i32.add (local.get $out) (i32.const 4)))
          (local.set $fields (i32.add (local.get $fields) (i32.const 1)))
          (if (i32.eqz (i32.and (local.get $lowest) (i32.or (local.get $lines) (local.get $quotes))))
            (then
              (br_if $separators (i32.lt_u (local.get $fields) (local.get $columns)))
              (return (local.get $rows))))
          (if (i32.and (local.get $lowest) (local.get $quotes)) (then (return (local.get $rows))))
          (if (i32.ne (local.get $fields) (local.get $columns)) (then (return (local.get $rows))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 1)))
          (if (i32.eq (local.get $rows) (local.get $max_rows)) (then (return (local.get $rows))))
          (if (i32.ge_u (i32.add (local.get $place) (i32.const 1)) (local.get $stop))
            (then (return (local.get $rows))))
          (i32.store (local.get $out) (local.get $place))
          (local.set $out (i32.add (local.get $out) (i32.const 4)))
          (local.set $fields (i32.const 0))
          (br $separators)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $blocks))
    (unreachable)))
