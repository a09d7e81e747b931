import Foundation

/// Whether something is at a path, and whether it is a folder.
func exists(_ path: String, _ isFolder: inout ObjCBool) -> Bool {
    unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
}
