// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Where it gets tight on a volume, in bytes.
package struct SpaceMarks: Sendable, Equatable {
    /// With less than this free, changes are refused.
    package let low: Int
    /// With this free they are made again: somewhat more, so that it does not go to and fro.
    package let enough: Int
    /// The size of the ballast.
    package let ballast: Int
    /// With less than this free the ballast is given up.
    package let full: Int

    /// The marks of a volume of that size, of which at most `reserve` and a twentieth are kept
    /// free.
    package init(total: Int, reserve: Int) {
        low = min(total / 20, reserve)
        enough = low + low / 4
        ballast = min(total / 50, 64 << 20)
        full = min(ballast, low / 2)
    }
}

/// Watches the room on a database's volume, so that changes are refused before there is none.
///
/// Nothing polls. The writer looks before each batch, which takes a microsecond, and so does
/// whoever wants to know: what a look finds holds for the others too.
package final class SpaceWatch: Sendable {
    package struct Settings: Sendable {
        /// The most bytes that are kept free; 0 refuses nothing.
        package var reserve = 256 << 20
        /// Whether there is a file beside the database that is given up when the volume is full.
        package var keepsBallast = false
        /// Where the figures come from.
        package var measure: @Sendable (_ path: String) -> VolumeSpace?
        /// Called when changes begin to be refused, and when they are made again, by whichever
        /// thread looked.
        package var onChange: @Sendable (Standing) -> Void = { _ in }

        package init(
            reserve: Int = 256 << 20,
            keepsBallast: Bool = false,
            measure: @escaping @Sendable (_ path: String) -> VolumeSpace? = VolumeSpace.measured
        ) {
            self.reserve = reserve
            self.keepsBallast = keepsBallast
            self.measure = measure
        }
    }

    /// What a look has found.
    package struct Standing: Sendable {
        package let space: VolumeSpace
        package let marks: SpaceMarks
        /// Whether changes are refused.
        package let isLow: Bool
    }

    let path: String
    let keepsBallast: Bool
    private let settings: Settings
    private let isLow = Atomic(false)

    package init(path: String, _ settings: Settings) {
        self.path = path
        self.settings = settings
        keepsBallast = settings.keepsBallast && settings.reserve > 0
    }

    /// Looks at the volume; nil if nothing is known of it.
    package func look() -> Standing? {
        guard let space = settings.measure(path) else { return nil }
        let marks = SpaceMarks(total: space.total, reserve: settings.reserve)
        let wasLow = isLow.load(ordering: .relaxed)
        let standing = Standing(
            space: space,
            marks: marks,
            isLow: space.free < (wasLow ? marks.enough : marks.low)
        )
        if standing.isLow != wasLow,
            isLow.exchange(standing.isLow, ordering: .relaxed) != standing.isLow
        {
            settings.onChange(standing)
        }
        return standing
    }
}
