// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

extension Property {
    /// An input that is kept because it is of a kind that matters.
    package struct Seed {
        package let name: String
        package let bytes: [UInt8]
    }

    /// The inputs from which fuzzing starts, in the repository.
    package func seeds() throws -> [Seed] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "corpus/\(description)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            Seed(name: $0, bytes: Array(try Data(contentsOf: folder.appending(path: $0))))
        }
    }
}
