// SPDX-License-Identifier: Apache-2.0
import FuzzProperties

@c(LLVMFuzzerTestOneInput)
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe Property.text.fuzz(start, count)
}
