// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import Testing

@Suite struct DatabasePathTests {
    /// What a link in the folder leads to, and where the path is then.
    static let links = [
        ("test.db", "/test.db"), ("none.db", "/none.db"), ("sub/none.db", "/sub/none.db"),
        ("./sub/../test.db", "/test.db"), ("other", "/test.db"),
    ]

    @Test(arguments: links)
    func `is that of the file that a link leads to, also of one to come`(
        _ target: String,
        _ end: String
    ) throws {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        try Data().write(to: URL(filePath: folder.file()))
        try files.createDirectory(
            atPath: folder.file("sub"),
            withIntermediateDirectories: false
        )
        try files.createSymbolicLink(
            atPath: folder.file("other"),
            withDestinationPath: folder.file()
        )
        try files.createSymbolicLink(
            atPath: folder.file("link.db"),
            withDestinationPath: target
        )
        #expect(DatabasePath.resolved(folder.file("link.db")) == folder.path + end)
        #expect(DatabasePath.resolved(folder.file("sub/../link.db")) == folder.path + end)
    }

    @Test func `is itself where it leads nowhere`() throws {
        let folder = try TemporaryFolder()
        let circle = folder.file("circle")
        try FileManager.default.createSymbolicLink(
            atPath: circle,
            withDestinationPath: "circle"
        )
        for path in [circle, "/nowhere/a.db"] { #expect(DatabasePath.resolved(path) == path) }
    }
}
