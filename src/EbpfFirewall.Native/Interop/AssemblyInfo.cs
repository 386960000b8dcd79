using System.Runtime.InteropServices;

// libc is looked for where the loader looks for it, never beside the application.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
