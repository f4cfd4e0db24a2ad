// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The elements of a sequence, between which the thread lets others run.
///
/// A scheduler that lets a thread end its turn before another that has just been woken makes that one
/// wait for milliseconds (Linux from 6.6: up to its tick). Statements on a connection that gives way
/// need no such help.
@usableFromInline package struct GivingWay<Base: Sequence>: Sequence {
    @usableFromInline let base: Base
    @usableFromInline let stretch: Int

    @inlinable init(_ base: Base, stretch: Int) {
        self.base = base
        self.stretch = stretch
    }

    @inlinable package func makeIterator() -> Iterator {
        Iterator(base: base.makeIterator(), stretch: stretch, left: stretch)
    }

    @inlinable package var underestimatedCount: Int { base.underestimatedCount }

    @usableFromInline package struct Iterator: IteratorProtocol {
        @usableFromInline var base: Base.Iterator
        @usableFromInline let stretch: Int
        @usableFromInline var left: Int

        @inlinable init(base: Base.Iterator, stretch: Int, left: Int) {
            self.base = base
            self.stretch = stretch
            self.left = left
        }

        @inlinable package mutating func next() -> Base.Element? {
            if left == 0 {
                giveWay()
                left = stretch
            }
            left -= 1
            return base.next()
        }
    }
}

@usableFromInline func giveWay() {
    sched_yield()
}

extension Sequence {
    /// For loops that reckon for long: after so many elements, which should take some tens of
    /// microseconds, the thread lets others run.
    @inlinable package func givingWay(every stretch: Int = 1024) -> GivingWay<Self> {
        GivingWay(self, stretch: stretch)
    }
}
